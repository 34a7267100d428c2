// Rules of deciding on one person after the other: the same as on the page that reviewers reach from their mail.

import type { NoteVisibility, Verdict } from '../api/generated';

export const LONGEST_NOTE = 4000;
/** How many characters are left when their number is shown. */
export const NEARLY_FULL = 500;

/** What a reviewer types about a person. */
export interface Entry {
  readonly note: string;
  readonly visibility: NoteVisibility;
}

/** What the server has. */
export interface Said extends Entry {
  readonly verdict: Verdict;
  readonly version: number;
}

/** What is typed, with the version of the verdict beside which it was typed; null if there was none. */
export interface Draft extends Entry {
  readonly version: number | null;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: what the server does not keep
const UNSTORABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;
const HALVES = /\p{Surrogate}/gu;

/** A note as the server keeps it: otherwise what was saved would look unsaved for ever. */
export function cleaned(note: string): string {
  return note.replace(HALVES, '\ufffd').replace(UNSTORABLE, '').normalize('NFC').trim();
}

export function same(one: Entry, other: Entry): boolean {
  return cleaned(one.note) === cleaned(other.note) && one.visibility === other.visibility;
}

/** Characters, as the server counts them: not the halves of which some are made. */
export function charactersLeft(note: string): number {
  return LONGEST_NOTE - [...cleaned(note)].length;
}

export function entryOf(said: Said | null, draft: Draft | undefined): Entry {
  return draft ?? said ?? { note: '', visibility: 'HIRING_TEAM' };
}

/** Whether something is typed that the server does not have. */
export function isUnsaved(said: Said | null, draft: Draft | undefined): boolean {
  if (!draft) return false;
  return said ? !same(said, draft) : cleaned(draft.note) !== '';
}

/** Whether a draft was typed beside another verdict than the one that is there now. */
export function isStale(said: Said | null, draft: Draft | undefined): boolean {
  return draft !== undefined && draft.version !== (said?.version ?? null) && isUnsaved(said, draft);
}

/**
 * Where to go after deciding: to the next person without a verdict, else to the first one, else to the summary.
 *
 * @param decided whether there is a verdict, in the order of the people.
 * @param from the place, from 1.
 */
export function nextPlace(decided: readonly boolean[], from: number): number | 'summary' {
  const open = decided.flatMap((done, at) => (done ? [] : [at + 1]));
  return open.find((place) => place > from) ?? open.find((place) => place !== from) ?? 'summary';
}

/** A place of the URL, if there is one; else the first person without a verdict. */
export function placeOf(p: string | undefined, decided: readonly boolean[]): number | 'summary' {
  if (p === 'summary') return 'summary';
  const place = Number(p);
  if (Number.isInteger(place) && place >= 1 && place <= decided.length) return place;
  const open = decided.indexOf(false);
  return open === -1 ? 'summary' : open + 1;
}
