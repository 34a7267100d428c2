// Who is in touch with a person, in words.

import type { OwnershipFieldsFragment } from '../api/generated';
import { firstName, isolated } from '../ui/names';
import { date } from '../ui/time';

export type Ownership = OwnershipFieldsFragment;

type Said = Pick<Ownership, 'owner' | 'isViewer' | 'until' | 'messages' | 'days'>;

/** "In touch: Ada until 12 Dec (2 messages)". */
export function inTouch({ owner, isViewer, until, messages }: Said, now: number): string {
  const who = isViewer ? 'you' : isolated(owner?.name ?? 'a colleague');
  return `In touch: ${who} until ${date(until, now)} (${counted(messages)})`;
}

function counted(messages: number): string {
  if (messages === 0) return 'taken over';
  return messages === 1 ? '1 message' : `${messages} messages`;
}

/** By which rule it lasts: "60 days after the second message". */
export function ruleOf({ messages, days }: Said): string {
  const last = ['the takeover', 'the first message', 'the second message', 'the third message'][messages];
  return `${days === 1 ? '1 day' : `${days} days`} after ${last ?? 'the last message'}`;
}

export function ownerName({ owner }: Said): string {
  return firstName(owner?.name ?? 'them');
}

/** Whether somebody else's time with the person is in the way of a mail from a mailbox: null is one's own. */
export function isInTheWay(ownership: Pick<Ownership, 'owner' | 'isViewer'> | null, from: string | null): boolean {
  return ownership !== null && !ownership.isViewer && ownership.owner?.id !== from;
}
