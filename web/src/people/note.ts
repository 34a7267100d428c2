// A note that is being written: kept for this tab until it is saved, under the opaque id of its person.

import type { NoteVisibility } from '../api/generated';
import { drafts } from '../session/drafts';

export interface NoteDraft {
  /** The idempotency key: saving again after a lost answer writes no second note. */
  readonly key: string;
  readonly body: string;
  readonly visibility: NoteVisibility;
  /** Whether the ATS is to have it as well. */
  readonly ats: boolean;
}

const PREFIX = 'note.';

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export const NOTE_READERS: Record<NoteVisibility, string> = {
  PUBLIC: 'Everybody who sees the person',
  HIRING_TEAM: 'The hiring team',
  PRIVATE: 'Only you',
};

/** Who may be chosen to read a note: a hiring team only of a job. */
export function readersOf(
  job: { readonly title: string } | null,
  ats = false,
): readonly { value: NoteVisibility; name: string }[] {
  return [
    { value: 'PUBLIC', name: NOTE_READERS.PUBLIC },
    ...(job ? [{ value: 'HIRING_TEAM' as const, name: `The hiring team of ${job.title}` }] : []),
    // What only its author reads is no news for the ATS.
    ...(ats ? [] : [{ value: 'PRIVATE' as const, name: NOTE_READERS.PRIVATE }]),
  ];
}

export function emptyNote(key: string, job: object | null): NoteDraft {
  return { key, body: '', visibility: job ? 'HIRING_TEAM' : 'PUBLIC', ats: false };
}

export function loadNote(person: string, store: Store = drafts): NoteDraft | null {
  try {
    const kept: unknown = JSON.parse(store.getItem(PREFIX + person) ?? 'null');
    return isNote(kept) ? kept : null;
  } catch {
    return null; // not ours
  }
}

export function saveNote(person: string, note: NoteDraft, store: Store = drafts): void {
  if (note.body === '') store.removeItem(PREFIX + person);
  else store.setItem(PREFIX + person, JSON.stringify(note));
}

export function dropNote(person: string, store: Store = drafts): void {
  store.removeItem(PREFIX + person);
}

/** A change to a note that was begun, and which version of it its author saw then. */
export interface NoteEdit {
  readonly body: string;
  readonly visibility: NoteVisibility;
  readonly version: number;
}

const EDIT_PREFIX = 'note-edit.';

export function loadEdit(note: string, store: Store = drafts): NoteEdit | null {
  try {
    const kept: unknown = JSON.parse(store.getItem(EDIT_PREFIX + note) ?? 'null');
    return isEdit(kept) ? kept : null;
  } catch {
    return null; // not ours
  }
}

export function saveEdit(note: string, edit: NoteEdit, store: Store = drafts): void {
  store.setItem(EDIT_PREFIX + note, JSON.stringify(edit));
}

export function dropEdit(note: string, store: Store = drafts): void {
  store.removeItem(EDIT_PREFIX + note);
}

function isEdit(kept: unknown): kept is NoteEdit {
  return isText(kept) && 'version' in kept && typeof kept.version === 'number';
}

function isNote(kept: unknown): kept is NoteDraft {
  return (
    isText(kept) && 'key' in kept && typeof kept.key === 'string' && 'ats' in kept && typeof kept.ats === 'boolean'
  );
}

function isText(kept: unknown): kept is Pick<NoteDraft, 'body' | 'visibility'> {
  if (typeof kept !== 'object' || kept === null) return false;
  const fields = kept as Record<string, unknown>;
  return typeof fields.body === 'string' && typeof fields.visibility === 'string' && fields.visibility in NOTE_READERS;
}
