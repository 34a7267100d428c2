// What the benchmark of the web app measures from inside, in every document before the app's own scripts.
// Times are in milliseconds; a thing is there in the frame that paints it.
window.measure = (() => {
  const seen = { painted: 0, shift: 0, slice: 0, interactions: new Map() };
  const observe = (type, each, options = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true, ...options });
  observe('largest-contentful-paint', (entry) => {
    seen.painted = entry.startTime;
  });
  observe('layout-shift', (entry) => {
    if (!entry.hadRecentInput) seen.shift += entry.value;
  });
  observe('longtask', (entry) => {
    seen.slice = Math.max(seen.slice, entry.duration);
  });
  observe(
    'event',
    ({ interactionId, duration }) => {
      if (interactionId)
        seen.interactions.set(interactionId, Math.max(duration, seen.interactions.get(interactionId) ?? 0));
    },
    { durationThreshold: 16 },
  );

  const frame = () => new Promise(requestAnimationFrame);
  const until = async (there) => {
    const began = performance.now();
    while (!there()) {
      if (performance.now() - began > 60_000) throw new Error(`never came: ${there}`);
      await frame();
    }
    return performance.now();
  };
  const cards = () => document.querySelectorAll('[data-card]').length;
  const settled = () => !document.querySelector('[role=status][aria-label^=Loading], [aria-busy=true]');
  const titled = (title) => document.title.startsWith(title);
  const stageOf = (card) =>
    document.querySelector(`[data-card="${CSS.escape(card)}"]`)?.closest('[data-stage]')?.dataset.stage;
  const columns = () => [...document.querySelectorAll('[data-stage] > div')];
  let dropped = null;

  async function frames(element, side, step, count) {
    const took = [];
    let last = await frame();
    for (let done = 0; done < count; done += 1) {
      element[side] += step;
      const now = await frame();
      took.push(now - last);
      last = now;
    }
    return took;
  }

  return {
    seen,
    /** Since when, on the clock of the machine. */
    paintedAt: () => performance.timeOrigin + seen.painted,
    interactions: () => [...seen.interactions.values()].sort((one, other) => one - other),
    async follow(link, title) {
      const began = performance.now();
      link.click();
      return (await until(() => titled(title) && settled())) - began;
    },
    async board(link) {
      const began = performance.now();
      link.click();
      return (await until(() => cards() > 0)) - began;
    },
    link: (title) => [...document.querySelectorAll('main a')].find((link) => link.textContent === title),
    countOf: (stage) => Number.parseInt(document.querySelector(`[data-stage="${stage}"] h2 > :last-child`)?.textContent, 10),
    nodes: () => document.querySelectorAll('*').length,
    /** Frames while the longest column, and then the board, is scrolled there and back. */
    async scroll() {
      const longest = columns().toSorted((one, other) => other.scrollHeight - one.scrollHeight)[0];
      const board = longest.closest('[data-stage]').parentElement;
      const took = await frames(longest, 'scrollTop', 160, 120);
      took.push(...(await frames(longest, 'scrollTop', -640, 30)));
      took.push(...(await frames(board, 'scrollLeft', 40, 30)));
      took.push(...(await frames(board, 'scrollLeft', -40, 30)));
      return took.sort((one, other) => one - other);
    },
    async key(key) {
      const link = document.querySelector('[data-card] a');
      const { card } = link.closest('[data-card]').dataset;
      link.focus();
      await frame();
      const from = stageOf(card);
      const began = performance.now();
      link.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      return (await until(() => ![undefined, from].includes(stageOf(card)))) - began;
    },
    /** Before a card is dragged: from its drop to its place. */
    awaitDrop(card) {
      const from = stageOf(card);
      dropped = new Promise((resolve) => {
        addEventListener(
          'drop',
          async (event) => resolve((await until(() => ![undefined, from].includes(stageOf(card)))) - event.timeStamp),
          { capture: true, once: true },
        );
      });
    },
    dropped: () => dropped,
    async drawer() {
      const link = document.querySelector('[data-card] a');
      const name = link.textContent;
      const began = performance.now();
      link.click();
      const header = await until(() => document.querySelector('aside h2')?.textContent.includes(name));
      const feed = await until(() => document.querySelector('aside [role=tabpanel] time') && settled());
      return { header: header - began, feed: feed - began };
    },
    /** From a letter in the open palette to what the app itself and what the server finds. */
    async palette(text) {
      const box = document.querySelector('dialog [role=combobox]');
      const options = () => document.querySelectorAll('dialog [role=option]').length;
      const before = options();
      const began = performance.now();
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(box, text);
      box.dispatchEvent(new Event('input', { bubbles: true }));
      const local = await until(() => options() < before);
      const here = options();
      const server = await until(() => options() > here);
      return { local: local - began, server: server - began };
    },
  };
})();
