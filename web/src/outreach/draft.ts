// A mail that is being written: kept for this tab until it is sent, under the opaque id of its person.

import { drafts } from '../session/drafts';

export interface Draft {
  /** The idempotency key: sending again after a lost answer sends nothing twice. */
  readonly key: string;
  readonly subject: string;
  readonly body: string;
  /** The user whose mailbox it comes from; null for the viewer's own. */
  readonly from: string | null;
  /** Null for the person's first address. */
  readonly to: string | null;
  /** As a field for date and time has it, in the viewer's time zone; empty for now. */
  readonly later: string;
  /** The message whose conversation it continues. */
  readonly replyTo: string | null;
}

const PREFIX = 'mail.';

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export function emptyDraft(key: string): Draft {
  return { key, subject: '', body: '', from: null, to: null, later: '', replyTo: null };
}

/** An answer to an earlier message: from the mailbox it came from, under its subject. */
export function answerTo(
  message: { readonly id: string; readonly subject: string; readonly fromUser: { readonly id: string } | null },
  viewerId: string,
  key: string,
): Draft {
  const from = message.fromUser?.id ?? null;
  return {
    ...emptyDraft(key),
    subject: /^re:/iu.test(message.subject) ? message.subject : `Re: ${message.subject}`,
    from: from === viewerId ? null : from,
    replyTo: message.id,
  };
}

/** Nothing of it would be missed: an answer has its subject from the start. */
export function isBlank({ subject, body, replyTo }: Draft): boolean {
  return body.trim() === '' && (replyTo !== null || subject.trim() === '');
}

/** What a draft is kept under: the message it answers, or its person. */
export function draftKey(person: string, replyTo: string | null): string {
  return replyTo === null ? person : `reply.${replyTo}`;
}

export function loadDraft(person: string, store: Store = drafts): Draft | null {
  try {
    const kept: unknown = JSON.parse(store.getItem(PREFIX + person) ?? 'null');
    return isDraft(kept) ? kept : null;
  } catch {
    return null; // not ours
  }
}

export function saveDraft(person: string, draft: Draft, store: Store = drafts): void {
  if (draft.subject === '' && draft.body === '') store.removeItem(PREFIX + person);
  else store.setItem(PREFIX + person, JSON.stringify(draft));
}

export function dropDraft(person: string, store: Store = drafts): void {
  store.removeItem(PREFIX + person);
}

function isDraft(kept: unknown): kept is Draft {
  if (typeof kept !== 'object' || kept === null) return false;
  const fields = kept as Record<string, unknown>;
  const texts = ['key', 'subject', 'body', 'later'].every((name) => typeof fields[name] === 'string');
  return texts && ['from', 'to', 'replyTo'].every((name) => fields[name] === null || typeof fields[name] === 'string');
}
