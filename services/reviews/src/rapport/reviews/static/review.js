// Flips through the people without reloading, and saves each verdict as it is given. Without this script everything
// works as well, a page at a time: what it does is what the links and forms do.
"use strict";

const desk = document.getElementById("desk");
const cards = [...document.querySelectorAll("article.card")];
const summary = document.getElementById("summary");
const toast = document.getElementById("toast");
const help = document.getElementById("help");
const SUMMARY = "summary";
const KEYS = { a: "approved", s: "starred", r: "rejected", k: "skipped" };
const DOING = { approved: "Approved", starred: "Starred", rejected: "Rejected", skipped: "Skipped" };
const PATIENCE = 15000;

// What has not reached the server, by place: the newest verdict given there.
const waiting = new Map();
let saving = false;
let finishing = false;
let place = desk.dataset.place === SUMMARY ? SUMMARY : Number(desk.dataset.place);

const card = (at) => cards[at - 1];
const field = (at, name) => card(at).querySelector("form").elements[name];
const draftOf = (at) => `review:${desk.dataset.review}:${card(at).dataset.person}`;
const isOpen = (at) => !card(at).dataset.verdict && !waiting.has(at);
const places = cards.map((_, index) => index + 1);

const entryOf = (at) => ({ note: field(at, "note").value, visibility: field(at, "visibility").value });
const same = (one, other) => one.note.trim() === other.note.trim() && one.visibility === other.visibility;
// The newest note that the server has, or is about to be sent, by place.
const stored = new Map(places.map((at) => [at, entryOf(at)]));
const given = (at) => waiting.get(at)?.verdict ?? card(at).dataset.verdict;
const isUnkept = (at) => Boolean(given(at)) && !same(entryOf(at), waiting.get(at) ?? stored.get(at));

// --- where we are ---------------------------------------------------------------------------------------

function go(to, { focus = true } = {}) {
  const from = place;
  keep(from);
  place = to === SUMMARY || to > cards.length ? SUMMARY : Math.max(1, Number(to));
  const shown = place === SUMMARY ? summary : card(place);
  for (const each of [...cards, summary]) each.hidden = each !== shown;
  for (const entry of document.querySelectorAll("[data-entry]")) {
    const here = entry.dataset.entry === String(place);
    if (here) entry.setAttribute("aria-current", "true"); else entry.removeAttribute("aria-current");
    if (here) reveal(entry);
  }
  if (from !== place) {
    const back = from === SUMMARY || (place !== SUMMARY && place < from);
    shown.classList.remove("arriving", "from-before");
    void shown.offsetWidth; // so that the animation begins anew
    shown.classList.add("arriving", ...(back ? ["from-before"] : []));
  }
  history.replaceState(null, "", `${desk.dataset.base}?p=${place}`);
  document.getElementById("saved-notice")?.remove();
  if (desk.getBoundingClientRect().top < 0) desk.scrollIntoView();
  if (focus) shown.querySelector("h2").focus({ preventScroll: true });
}

// Within the list first, so that the page moves only where the list alone cannot show it.
function reveal(entry) {
  const list = document.querySelector(".people");
  const around = list.getBoundingClientRect();
  const box = entry.getBoundingClientRect();
  const bottom = Math.min(around.bottom, innerHeight);
  if (box.top < around.top || box.bottom > bottom) list.scrollTop += (box.top + box.bottom - around.top - bottom) / 2;
  entry.scrollIntoView({ block: "nearest", inline: "center" });
}

const next = () => { if (place !== SUMMARY) go(place + 1); };
const previous = () => { if (place === SUMMARY) go(cards.length); else if (place > 1) go(place - 1); };

function goOn(from) {
  const open = places.filter(isOpen);
  go(open.find((each) => each > from) ?? open[0] ?? SUMMARY);
}

// --- saving ---------------------------------------------------------------------------------------------

function decide(verdict) {
  if (place === SUMMARY) return;
  const at = place;
  send(at, verdict);
  goOn(at);
}

function send(at, verdict) {
  say(at, "");
  waiting.set(at, { verdict, ...entryOf(at) });
  mark(at, verdict, DOING[verdict]);
  markNote(at);
  save();
}

// A note that was changed after the verdict belongs to that verdict, and is not left behind.
function keep(at) {
  if (at !== SUMMARY && isUnkept(at)) send(at, given(at));
}

async function save() {
  if (saving) return;
  saving = true;
  // One at a time, in the order given: a slow answer cannot overtake a later verdict.
  for (const [at, wish] of [...waiting]) {
    if (wish.failed) continue;
    tell(`Saving ${card(at).dataset.name} …`);
    const answer = await post(at, wish);
    if (waiting.get(at) !== wish) continue; // changed meanwhile; the newer one is still to be sent
    if (answer.saved) saved(at, wish, answer.saved);
    else failed(at, answer);
  }
  saving = false;
  if ([...waiting.values()].some((wish) => !wish.failed)) save();
  else if (finishing) finish();
}

function finish() {
  finishing = false;
  if (!waiting.size) document.querySelector(".finish form")?.submit();
}

async function post(at, { verdict, note, visibility }) {
  const body = JSON.stringify({ person_id: card(at).dataset.person, verdict, note, visibility });
  try {
    const response = await fetch(`${desk.dataset.base}/verdicts`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body, signal: AbortSignal.timeout(PATIENCE),
    });
    const said = await response.json();
    if (response.ok) return { saved: said };
    return { error: said.error ?? "The server had a problem.", refused: response.status < 500 };
  } catch {
    return { error: "The server cannot be reached." };
  }
}

function saved(at, wish, said) {
  waiting.delete(at);
  stored.set(at, wish);
  card(at).dataset.verdict = said.verdict;
  if (same(entryOf(at), wish)) sessionStorage.removeItem(draftOf(at));
  mark(at, said.verdict, said.label);
  const button = card(at).querySelector(".keep");
  button.hidden = false;
  button.value = said.verdict;
  markNote(at);
  card(at).querySelector("[data-others]").innerHTML = said.others;
  document.getElementById("summary-body").innerHTML = said.summary;
  document.getElementById("progress-text").textContent = `${said.decided} of ${cards.length} decided`;
  document.getElementById("progress").value = said.decided;
  const look = said.colleagues && place !== at
    ? { label: said.colleagues === 1 ? "1 colleague's view" : `${said.colleagues} colleagues' views`, act: () => go(at) } : null;
  tell(`Saved: ${card(at).dataset.name} · ${said.label}`, { action: look, stays: Boolean(look) });
}

function failed(at, { error, refused }) {
  waiting.get(at).failed = true;
  mark(at, "unsaved", "Not saved");
  if (refused) { say(at, error); go(at); }
  tell(`Not saved: ${card(at).dataset.name}. ${error}`, { action: { label: "Retry", act: retry }, failed: true });
}

function retry() {
  for (const wish of waiting.values()) wish.failed = false;
  save();
}

function mark(at, state, label) {
  const icon = card(at).querySelector(`.verdict.${CSS.escape(state)} .icon`);
  for (const part of document.querySelectorAll(`#p-${at} [data-state], [data-entry="${at}"] [data-state]`)) {
    part.className = `state ${state}`;
    part.replaceChildren(...(icon ? [icon.cloneNode(true)] : []), label);
  }
  document.querySelector(`[data-entry="${at}"] [data-ring]`).className =
    document.querySelector(`[data-entry="${at}"] [data-ring]`).className.replace(/ [a-z]+$/, ` ${state}`);
  for (const button of card(at).querySelectorAll(".verdict")) {
    if (state !== "unsaved") button.setAttribute("aria-pressed", String(button.value === state));
  }
}

function markNote(at) {
  card(at).querySelector("[data-unkept]").hidden = !isUnkept(at);
}

function say(at, problem) {
  const line = card(at).querySelector("[data-problem]");
  line.textContent = problem;
  line.hidden = !problem;
}

let hiding = 0;
function tell(text, { action = null, failed: bad = false, stays = false } = {}) {
  clearTimeout(hiding);
  document.getElementById("toast-text").textContent = text;
  toast.classList.toggle("failed", bad);
  const button = document.getElementById("toast-action");
  button.hidden = !action;
  button.textContent = action?.label ?? "";
  button.onclick = action?.act ?? null;
  toast.hidden = false;
  if (!bad) hiding = setTimeout(() => { toast.hidden = true; }, stays ? 8000 : 3000);
}

// --- what people do -------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-go]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(link.dataset.go === SUMMARY ? SUMMARY : Number(link.dataset.go));
});

document.addEventListener("submit", (event) => {
  if (event.target.matches("form.decision")) {
    event.preventDefault();
    if (event.submitter.matches(".keep")) send(place, given(place)); else decide(event.submitter.value);
  } else if (event.target.matches(".finish form")) {
    for (const at of places) keep(at);
    if (!waiting.size && !saving) return;
    event.preventDefault();
    finishing = true;
    retry();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("textarea, select, input")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key.length === 1 && !letters.checked) return;
  if (event.key === "?") { if (help.open) help.close(); else help.showModal(); event.preventDefault(); return; }
  if (help.open || event.repeat) return;
  const key = event.key.toLowerCase();
  if (key === "arrowright") next();
  else if (key === "arrowleft") previous();
  else if (key === "n" && place !== SUMMARY) field(place, "note").focus();
  else if (key in KEYS) decide(KEYS[key]);
  else return;
  event.preventDefault();
});

// Whoever speaks to their computer, or touches keys by accident, can do without the letters; that holds from then on.
const LETTERS = "review:letter-keys";
const letters = document.getElementById("letter-keys");
function useLetters(on) {
  letters.checked = on;
  document.body.classList.toggle("without-letters", !on);
  for (const button of document.querySelectorAll(".verdict")) {
    if (on) button.setAttribute("aria-keyshortcuts", button.dataset.key); else button.removeAttribute("aria-keyshortcuts");
  }
}
letters.addEventListener("change", () => {
  localStorage.setItem(LETTERS, letters.checked ? "on" : "off");
  useLetters(letters.checked);
});
useLetters(localStorage.getItem(LETTERS) !== "off");

document.getElementById("help-open").addEventListener("click", () => help.showModal());
document.getElementById("help-open").hidden = false;

const stage = document.getElementById("stage");
let touched = null;
stage.addEventListener("touchstart", (event) => {
  const held = event.touches.length === 1 && !event.target.closest("textarea, select");
  touched = held ? { x: event.touches[0].clientX, y: event.touches[0].clientY } : null;
}, { passive: true });
stage.addEventListener("touchend", (event) => {
  if (!touched) return;
  const x = event.changedTouches[0].clientX - touched.x;
  const y = event.changedTouches[0].clientY - touched.y;
  touched = null;
  if (Math.abs(x) < 60 || Math.abs(x) < 2 * Math.abs(y)) return;
  if (x < 0) next(); else previous();
}, { passive: true });

// What is typed is kept in this tab until it is saved, whatever happens to the page; never without who may read it.
function remember(event) {
  const at = Number(event.target.closest("article.card")?.dataset.position);
  if (!at || !["note", "visibility"].includes(event.target.name)) return;
  sessionStorage.setItem(draftOf(at), JSON.stringify(entryOf(at)));
  markNote(at);
}
function draft(at) {
  try {
    return JSON.parse(sessionStorage.getItem(draftOf(at)));
  } catch {
    return null;
  }
}
document.addEventListener("input", remember);
document.addEventListener("change", remember);
for (const at of places) {
  const typed = draft(at);
  const readers = [...field(at, "visibility").options].find((option) => option.value === typed?.visibility);
  if (!readers || typeof typed.note !== "string") continue;
  field(at, "note").value = typed.note;
  readers.selected = true;
  markNote(at);
}
reveal(document.querySelector("[data-entry][aria-current]"));
addEventListener("online", retry);
addEventListener("beforeunload", (event) => { if (waiting.size || places.some(isUnkept)) event.preventDefault(); });
