// A note that is being written: kept for this tab until it is saved, under the opaque id of its person.

import type { NoteVisibility } from '../api/generated';
import { drafts } from '../session/drafts';

export interface NoteDraft {
  /** The idempotency key: saving again after a lost answer writes no second note. */
  readonly key: string;
  readonly body: string;
  readonly visibility: NoteVisibility;
}

const PREFIX = 'note.';

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export const NOTE_READERS: Record<NoteVisibility, string> = {
  PUBLIC: 'Everybody who sees the person',
  HIRING_TEAM: 'The hiring team',
  PRIVATE: 'Only you',
};

/** Who may be chosen to read a note: a hiring team only of a job. */
export function readersOf(job: { readonly title: string } | null): readonly { value: NoteVisibility; name: string }[] {
  return [
    { value: 'PUBLIC', name: NOTE_READERS.PUBLIC },
    ...(job ? [{ value: 'HIRING_TEAM' as const, name: `The hiring team of ${job.title}` }] : []),
    { value: 'PRIVATE', name: NOTE_READERS.PRIVATE },
  ];
}

export function emptyNote(key: string, job: object | null): NoteDraft {
  return { key, body: '', visibility: job ? 'HIRING_TEAM' : 'PUBLIC' };
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

function isNote(kept: unknown): kept is NoteDraft {
  if (typeof kept !== 'object' || kept === null) return false;
  const fields = kept as Record<string, unknown>;
  return (
    typeof fields.key === 'string' &&
    typeof fields.body === 'string' &&
    typeof fields.visibility === 'string' &&
    fields.visibility in NOTE_READERS
  );
}
