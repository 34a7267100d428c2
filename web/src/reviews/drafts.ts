// What was typed and is not saved yet: kept in this tab, also over a reload, and nowhere else.

import type { NoteVisibility } from '../api/generated';
import { drafts } from '../session/drafts';
import type { Draft } from './decide';

const READERS: readonly NoteVisibility[] = ['PUBLIC', 'HIRING_TEAM', 'PRIVATE'];

function keyOf(review: string, person: string): string {
  return `review:${review}:${person}`;
}

export function readDraft(review: string, person: string): Draft | undefined {
  try {
    const { note, visibility, version } = JSON.parse(drafts.getItem(keyOf(review, person)) ?? 'null') ?? {};
    const readers = READERS.find((known) => known === visibility);
    if (typeof note !== 'string' || !readers) return undefined;
    return { note, visibility: readers, version: typeof version === 'number' ? version : null };
  } catch {
    return undefined;
  }
}

export function writeDraft(review: string, person: string, draft: Draft | undefined): void {
  if (draft) drafts.setItem(keyOf(review, person), JSON.stringify(draft));
  else drafts.removeItem(keyOf(review, person));
}
