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
const DOING = { approved: "Approved", starred: "Starred", rejected: "Rejected", skipped: "Skipped", "": "To do" };
const PATIENCE = 15000;
const LONGEST = Number(desk.dataset.longest);
const ASKS_EVERY = 60000;

// What has not reached the server, by place: the newest verdict given there; an empty one takes it back.
const waiting = new Map();
// Verdicts that could not be saved because a newer one was given elsewhere, by place, until the reviewer decides.
const conflicts = new Map();
// Wishes whose answer never came: they may have been saved all the same.
const unanswered = new Map();
let saving = false;
let finishing = false;
let closed = null;
let place = desk.dataset.place === SUMMARY ? SUMMARY : Number(desk.dataset.place);

const card = (at) => cards[at - 1];
const field = (at, name) => card(at).querySelector("form").elements[name];
const part = (at, name) => card(at).querySelector(`[data-${name}]`);
const draftOf = (at) => `review:${desk.dataset.review}:${card(at).dataset.person}`;
const isOpen = (at) => !given(at);
const places = cards.map((_, index) => index + 1);

const entryOf = (at) => ({ note: field(at, "note").value, visibility: field(at, "visibility").value });
// As the server keeps a note (rapport.contracts.text): otherwise what was saved would look unsaved for ever.
const UNSTORABLE = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g;
const HALVES = /\p{Surrogate}/gu;
const cleaned = (note) => note.replace(HALVES, "\ufffd").replace(UNSTORABLE, "").normalize("NFC").trim();
const same = (one, other) => cleaned(one.note) === cleaned(other.note) && one.visibility === other.visibility;
// What the server has, as far as this page has seen it, by place.
const stored = new Map(places.map((at) => {
  const { verdict, version, visibility } = card(at).dataset;
  return [at, { verdict, label: DOING[verdict], version: Number(version), note: field(at, "note").defaultValue, visibility }];
}));
const given = (at) => (waiting.get(at) ?? stored.get(at)).verdict;
const isUnkept = (at) => Boolean(given(at)) && !same(entryOf(at), waiting.get(at) ?? stored.get(at));
const isTyped = (at) => Boolean(cleaned(entryOf(at).note)) && cleaned(entryOf(at).note) !== cleaned(stored.get(at).note);
// As the server counts: characters, not the halves of which some are made.
const lengthOf = (at) => [...cleaned(entryOf(at).note)].length;
const tooLong = (at) => Math.max(0, lengthOf(at) - LONGEST);

// A name in a sentence, which must not reorder what is around it if it is written from right to left.
function named(at) {
  const name = document.createElement("bdi");
  name.textContent = card(at).dataset.name;
  return name;
}

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
    void shown.offsetWidth; // restarts the animation
    shown.classList.add("arriving", ...(back ? ["from-before"] : []));
  }
  history.replaceState(null, "", `${desk.dataset.base}?p=${place}`);
  for (const notification of ["saved-notification", "taken-notification"]) document.getElementById(notification)?.remove();
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
  if (send(at, verdict)) goOn(at);
}

function send(at, verdict) {
  if (closed) { showClosed(); return false; }
  if (verdict && tooLong(at)) {
    say(at, `The note is too long to be saved: at most ${LONGEST.toLocaleString("en")} characters. Nothing is lost; please shorten it.`);
    field(at, "note").focus();
    return false;
  }
  say(at, "");
  settle(at);
  waiting.set(at, { verdict, ...entryOf(at) });
  mark(at, verdict || "todo", DOING[verdict]);
  markNote(at);
  save();
  return true;
}

// A note that was changed after the verdict belongs to that verdict, and is not left behind.
function keep(at) {
  if (at !== SUMMARY && isUnkept(at) && !conflicts.has(at) && !closed) send(at, given(at));
}

async function save() {
  if (saving) return;
  saving = true;
  // One at a time, in the order given: a slow answer cannot overtake a later verdict.
  for (const [at, wish] of [...waiting]) {
    if (wish.failed) continue;
    tell(["Saving ", named(at), " …"]);
    const answer = await post(at, wish);
    if (answer.closed) { close(answer.closed); break; }
    const before = stored.get(at);
    if (answer.saved) stored.set(at, answer.saved);
    if (waiting.get(at) !== wish) continue; // changed meanwhile; the newer one is still to be sent
    if (answer.saved) saved(at, wish, before, answer.saved);
    else if (answer.conflict) differ(at, wish, answer.conflict);
    else failed(at, wish, answer);
  }
  saving = false;
  if (closed) return;
  if ([...waiting.values()].some((wish) => !wish.failed)) save();
  else if (finishing) finish();
}

function finish() {
  finishing = false;
  const [unsettled] = conflicts.keys();
  if (unsettled) { go(unsettled); part(unsettled, "conflict").focus(); }
  else if (!waiting.size) document.querySelector(".finish form")?.submit();
}

async function post(at, { verdict, note, visibility }) {
  const about = { person_id: card(at).dataset.person, version: String(stored.get(at).version) };
  const said = verdict ? { verdict, note, visibility } : {};
  return ask(verdict ? "verdicts" : "take-back", { method: "POST", body: JSON.stringify({ ...about, ...said }) });
}

async function ask(what, options) {
  const headers = { Accept: "application/json", "Content-Type": "application/json" };
  try {
    const response = await fetch(`${desk.dataset.base}/${what}`, { headers, signal: AbortSignal.timeout(PATIENCE), ...options });
    const said = await response.json();
    if (response.ok) return { saved: { ...said, verdict: said.verdict ?? "" } };
    if (said.reason) return { closed: said };
    if (said.conflict) return { conflict: { ...said.conflict, verdict: said.conflict.verdict ?? "" } };
    const trace = response.headers.get("Trace-Id");
    const error = said.error ?? "The server had a problem.";
    return response.status < 500 ? { error, refused: true } : { error: trace ? `The server had a problem (trace ${trace}).` : error };
  } catch {
    return { error: "The server cannot be reached.", lost: true };
  }
}

function saved(at, wish, before, said) {
  waiting.delete(at);
  unanswered.delete(at);
  show(at, said);
  if (same(entryOf(at), said)) sessionStorage.removeItem(draftOf(at));
  else keepDraft(at); // also of a verdict that was taken back: its note is in the field, and nowhere else
  part(at, "others").innerHTML = said.others;
  document.getElementById("summary-body").innerHTML = said.summary;
  document.getElementById("progress-text").textContent = `${said.decided} of ${cards.length} decided`;
  document.getElementById("progress").value = said.decided;
  document.getElementById("finished-notification")?.toggleAttribute("hidden", !said.finished);
  const actions = [];
  if (said.colleagues && place !== at) {
    actions.push({ label: said.colleagues === 1 ? "1 colleague's view" : `${said.colleagues} colleagues' views`, act: () => go(at) });
  }
  const changed = before.verdict !== said.verdict || !same(before, said);
  if (changed && !wish.undoes) actions.push({ label: "Undo", act: () => undo(at, before), undoes: true });
  tell(said.verdict ? ["Saved: ", named(at), ` · ${said.label}`] : ["Taken back: ", named(at)], { actions });
}

// Goes back to what was said before, as one more change. What was typed for a first verdict stays in its field.
function undo(at, before) {
  if (waiting.has(at)) return;
  if (before.verdict) fill(at, before);
  if (!send(at, before.verdict)) return;
  waiting.get(at).undoes = true;
  go(at);
}

function fill(at, { note, visibility }) {
  field(at, "note").value = note;
  field(at, "visibility").value = visibility;
  sessionStorage.removeItem(draftOf(at));
  measure(at);
}

// Shows what the server has.
function show(at, said) {
  card(at).dataset.verdict = said.verdict;
  field(at, "version").value = said.version;
  mark(at, said.verdict || "todo", said.label);
  const button = card(at).querySelector(".keep");
  button.hidden = !said.verdict;
  button.value = said.verdict;
  card(at).querySelector(".take-back").hidden = !said.verdict;
  markNote(at);
}

function failed(at, wish, { error, refused, lost }) {
  wish.failed = true;
  if (lost) unanswered.set(at, { ...wish });
  mark(at, "unsaved", "Not saved");
  if (refused) { say(at, error); go(at); }
  tell(["Not saved: ", named(at), `. ${error}`], { actions: [{ label: "Retry", act: retry }], failed: true });
}

function retry() {
  for (const wish of waiting.values()) wish.failed = false;
  save();
}

// --- when something newer was said elsewhere --------------------------------------------------------------

function differ(at, wish, newer) {
  stored.set(at, newer);
  const lost = unanswered.get(at);
  unanswered.delete(at);
  // It is our own, whose answer never came.
  if (lost && lost.verdict === newer.verdict && same(lost, newer)) return;
  waiting.delete(at);
  const { verdict, note, visibility } = wish;
  conflicts.set(at, { verdict, note, visibility });
  finishing = false;
  show(at, newer);
  showConflict(at, newer, verdict || newer.verdict, verdict ? DOING[verdict] : "");
  tell(["Not saved: ", named(at), ". You gave a newer verdict elsewhere."], { failed: true });
  go(at);
  part(at, "conflict").focus();
}

function showConflict(at, newer, mine, label) {
  part(at, "newer-label").textContent = newer.verdict ? newer.label : "you took it back";
  part(at, "newer-when").textContent = newer.when ? `, ${newer.when}` : "";
  part(at, "newer-note").textContent = newer.verdict ? newer.note : "";
  part(at, "replace").value = mine;
  part(at, "replace").hidden = !mine;
  part(at, "my-label").textContent = label || newer.label;
  part(at, "conflict").hidden = false;
}

function settle(at) {
  conflicts.delete(at);
  part(at, "conflict").hidden = true;
}

function keepNewer(at) {
  settle(at);
  fill(at, stored.get(at));
  markNote(at);
  toast.hidden = true;
}

// --- when the review is closed while the page is open ------------------------------------------------------

function close(said) {
  closed = said;
  finishing = false;
  for (const at of waiting.keys()) mark(at, "unsaved", "Not saved");
  waiting.clear();
  document.getElementById("closed-title").textContent = said.title;
  document.getElementById("closed-text").textContent = said.text;
  const notes = document.getElementById("closed-notes");
  for (const at of places.filter(isTyped)) notes.append(...copyOf(at));
  notes.hidden = !places.some(isTyped);
  toast.hidden = true;
  showClosed();
}

function showClosed() {
  const dialog = document.getElementById("closed");
  if (!dialog.open) dialog.showModal();
}

function copyOf(at) {
  const text = document.createElement("textarea");
  Object.assign(text, { value: entryOf(at).note, readOnly: true, rows: 4, dir: "auto" });
  text.setAttribute("aria-label", `Your note on ${card(at).dataset.name}`);
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "quiet", textContent: "Copy" });
  button.addEventListener("click", async () => {
    text.select();
    try { await navigator.clipboard.writeText(text.value); } catch { document.execCommand("copy"); }
    button.textContent = "Copied";
  });
  const whose = document.createElement("p");
  whose.append(named(at), button);
  return [whose, text];
}

// Whether the review is still open, and whether this page shows the newest that was said.
async function look() {
  if (closed || saving || document.hidden) return;
  const answer = await ask("state", {});
  if (answer.closed) { close(answer.closed); return; }
  const newer = answer.saved?.versions ?? {};
  const stale = (at) => newer[card(at).dataset.person] !== undefined && newer[card(at).dataset.person] !== stored.get(at).version;
  if (saving || waiting.size || conflicts.size || !places.some(stale)) return;
  tell("You gave a newer verdict in another tab or on another device.", { actions: [{ label: "Show", act: () => location.reload() }], failed: true });
}
setInterval(look, ASKS_EVERY);
document.addEventListener("visibilitychange", look);

// --- what is shown ----------------------------------------------------------------------------------------

function mark(at, state, label) {
  const icon = card(at).querySelector(`.verdict.${CSS.escape(state)} .icon`);
  for (const each of document.querySelectorAll(`#p-${at} [data-state], [data-entry="${at}"] [data-state]`)) {
    each.className = `state ${state}`;
    each.replaceChildren(...(icon ? [icon.cloneNode(true)] : []), label);
  }
  const ring = document.querySelector(`[data-entry="${at}"] [data-ring]`);
  ring.className = ring.className.replace(/ [a-z]+$/, ` ${state}`);
  for (const button of card(at).querySelectorAll(".verdict")) {
    if (state !== "unsaved") button.setAttribute("aria-pressed", String(button.value === state));
  }
}

function markNote(at) {
  part(at, "unkept").hidden = !isUnkept(at);
}

// How much more fits into a note, once it is about to be full; read out now and then.
const NEAR = 500;
const READ_OUT = [500, 200, 100, 50, 20, 10, 0];
const readOut = new Map();
function measure(at) {
  const left = LONGEST - lengthOf(at);
  const count = part(at, "count");
  count.hidden = left > NEAR;
  count.classList.toggle("over", left < 0);
  const many = (number) => `${number.toLocaleString("en")} ${number === 1 ? "character" : "characters"}`;
  count.textContent = left > NEAR ? "" : left < 0 ? `${many(-left)} too many` : `${many(left)} left`;
  const step = left < 0 ? -1 : READ_OUT.findLast((each) => left <= each);
  if (step !== readOut.get(at)) document.getElementById("announced").textContent = count.textContent;
  readOut.set(at, step);
}

function say(at, problem) {
  const line = part(at, "problem");
  line.textContent = problem;
  line.hidden = !problem;
}

let hiding = 0;
function tell(text, { actions = [], failed: bad = false } = {}) {
  clearTimeout(hiding);
  document.getElementById("toast-text").replaceChildren(...[text].flat());
  toast.classList.toggle("failed", bad);
  document.getElementById("toast-actions").replaceChildren(...actions.map(({ label, act, undoes }) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: label, onclick: act });
    if (undoes) button.dataset.undo = "";
    return button;
  }));
  toast.hidden = false;
  if (!bad) hiding = setTimeout(() => { toast.hidden = true; }, actions.length ? 10000 : 3000);
}

// --- what people do -------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const keeping = event.target.closest("[data-keep-newer]");
  if (keeping) { event.preventDefault(); keepNewer(place); return; }
  const link = event.target.closest("a[data-go]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(link.dataset.go === SUMMARY ? SUMMARY : Number(link.dataset.go));
});

document.addEventListener("submit", (event) => {
  if (event.target.matches("form.decision")) {
    event.preventDefault();
    if (event.submitter.matches(".keep")) send(place, given(place));
    else if (event.submitter.matches(".take-back")) send(place, "");
    else decide(event.submitter.value);
  } else if (event.target.matches(".finish form")) {
    if (closed) { event.preventDefault(); showClosed(); return; }
    for (const at of places) keep(at);
    const unkept = places.find((at) => isUnkept(at) && tooLong(at));
    if (unkept) { event.preventDefault(); go(unkept); field(unkept, "note").focus(); return; }
    if (!waiting.size && !saving && !conflicts.size) return;
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
  if (help.open || event.repeat || document.getElementById("closed").open) return;
  const key = event.key.toLowerCase();
  if (key === "arrowright") next();
  else if (key === "arrowleft") previous();
  else if (key === "n" && place !== SUMMARY) field(place, "note").focus();
  else if (key === "u" && !toast.hidden) toast.querySelector("[data-undo]")?.click();
  else if (key in KEYS) decide(KEYS[key]);
  else return;
  event.preventDefault();
});

// The letter keys can be switched off, for speech input and accidental key presses; the choice is remembered.
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

// The field with the focus is in sight: between the bar above and the verdicts below, or the keyboard of a phone.
const GAP = 12;
function revealNote(note) {
  const seen = window.visualViewport;
  const verdicts = note.form.querySelector(".verdicts");
  const above = document.querySelector(".top").getBoundingClientRect().bottom;
  const bar = verdicts.getBoundingClientRect();
  const end = seen ? seen.offsetTop + seen.height : innerHeight;
  const sticks = getComputedStyle(verdicts).position === "sticky";
  const below = sticks ? Math.min(end, Math.max(bar.height, innerHeight) - bar.height) : end;
  const box = note.getBoundingClientRect();
  if (box.bottom > below - GAP) scrollBy(0, Math.min(box.bottom - below + GAP, box.top - above - GAP));
  else if (box.top < above + GAP) scrollBy(0, box.top - above - GAP);
}
const typingIn = () => (document.activeElement?.matches("article textarea") ? document.activeElement : null);
document.addEventListener("focusin", () => { if (typingIn()) revealNote(typingIn()); });
window.visualViewport?.addEventListener("resize", () => { if (typingIn()) revealNote(typingIn()); });

// What is typed is kept in this tab until it is saved, also over a reload; never without who may read it, and
// with the version of the verdict it was typed beside.
function remember(event) {
  const at = Number(event.target.closest("article.card")?.dataset.position);
  if (!at || !["note", "visibility"].includes(event.target.name)) return;
  keepDraft(at);
  measure(at);
  markNote(at);
  if (typingIn()) revealNote(typingIn());
}
function keepDraft(at) {
  sessionStorage.setItem(draftOf(at), JSON.stringify({ ...entryOf(at), version: stored.get(at).version }));
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
  measure(at);
  const typed = draft(at);
  const readers = [...field(at, "visibility").options].find((option) => option.value === typed?.visibility);
  if (!readers || typeof typed.note !== "string") continue;
  const before = stored.get(at);
  field(at, "note").value = typed.note;
  readers.selected = true;
  measure(at);
  markNote(at);
  // It was typed beside another verdict than the one that is there by now.
  if (before.verdict && typed.version !== before.version && !same(typed, before)) {
    conflicts.set(at, { ...before, ...typed });
    showConflict(at, before, before.verdict, "");
  }
}
reveal(document.querySelector("[data-entry][aria-current]"));
addEventListener("online", retry);
addEventListener("beforeunload", (event) => { if (!closed && (waiting.size || places.some(isUnkept))) event.preventDefault(); });
