// How a message stands, in words, and the one thing one can do about it. Pure: tables over every state and blocker.

import type { Blocker, MessageState } from '../api/generated';
import type { Shape } from '../ui/status';

/** What leads on from where a message stands. */
export type Way =
  | { readonly kind: 'wait' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'settle' }
  | { readonly kind: 'write' }
  | { readonly kind: 'read-replies' }
  | { readonly kind: 'grants' }
  | { readonly kind: 'suppression' }
  | { readonly kind: 'address' };

interface Obstacle {
  /** Said of a message that waits or failed. */
  readonly sentence: string;
  /** Said before anything is written. */
  readonly before: string;
  /** What one can do, in words. */
  readonly out: string;
  readonly way: Way['kind'];
  /** Whether it passes by itself. */
  readonly passes: boolean;
}

export const OBSTACLES: Record<Blocker, Obstacle> = {
  GRANT_MISSING: {
    sentence: 'It waits: the owner of the mailbox has not allowed its author to send from there.',
    before: 'The owner of this mailbox has not allowed you to send from it.',
    out: 'Ask them to allow it under Settings, My mailbox. It goes out as soon as they do.',
    way: 'grants',
    passes: true,
  },
  SENDER_GONE: {
    sentence: 'It waits: who wrote it, or whose mailbox it comes from, has left or may not write to people any more.',
    before: 'Who would send it has left, or may not write to people any more.',
    out: 'It goes out once they may again. Somebody else can write instead.',
    way: 'cancel',
    passes: true,
  },
  MAILBOX_MISSING: {
    sentence: 'It waits: Rapport cannot send from this mailbox.',
    before: 'Rapport cannot send from this mailbox.',
    out: 'Ask the person who administers Rapport to connect the mailbox, or write from another one.',
    way: 'cancel',
    passes: true,
  },
  OWNED: {
    sentence: 'It waits: somebody else is in touch with the person.',
    before: 'Somebody else is in touch with them.',
    out: 'It goes out by itself once their time with the person is over, or the person is handed over to you.',
    way: 'wait',
    passes: true,
  },
  SENDER_CAP: {
    sentence: 'It waits: this mailbox has sent as much as it may in 24 hours.',
    before: 'This mailbox has sent as much as it may in 24 hours.',
    out: 'It goes out by itself as soon as the limit allows it.',
    way: 'wait',
    passes: true,
  },
  SPACING: {
    sentence: 'It waits a moment: this mailbox has just sent something.',
    before: 'This mailbox has just sent something.',
    out: 'It goes out by itself, in a minute or two.',
    way: 'wait',
    passes: true,
  },
  PERSON_CAP: {
    sentence: 'It waits: the person has had as many messages as one may send them for now.',
    before: 'They have had as many messages as one may send them for now.',
    out: 'It goes out by itself as soon as the limit allows it.',
    way: 'wait',
    passes: true,
  },
  UNREACHABLE: {
    sentence: 'It waits: the mail server does not take it now. Rapport tries for five days.',
    before: 'The mail server takes nothing now.',
    out: 'It goes out by itself as soon as the mail server takes it.',
    way: 'wait',
    passes: true,
  },
  ATS_PENDING: {
    sentence: 'It waits: the ATS has not confirmed the rejection.',
    before: 'The ATS has not confirmed the rejection.',
    out: 'It goes out by itself as soon as the ATS has it. If the ATS refuses it, nothing is sent.',
    way: 'cancel',
    passes: true,
  },
  TOKEN_MISSING: {
    sentence: 'It was not sent: something in its template cannot be filled in for the person.',
    before: 'Something in the template cannot be filled in for them.',
    out: 'Write to them yourself, or give the template a default for next time.',
    way: 'write',
    passes: false,
  },
  SUPPRESSED: {
    sentence: 'It was not sent: the person, or this address, must not be written to.',
    before: 'They must not be written to.',
    out: 'The ledger says since when and why. Who recorded it by mistake can lift it for ten minutes, an admin later.',
    way: 'suppression',
    passes: false,
  },
  NO_CONSENT: {
    sentence: 'It was not sent: the person has not agreed to be written to by mail.',
    before: 'They have not agreed to be written to by mail.',
    out: 'Once their consent is recorded in the ATS, write again.',
    way: 'write',
    passes: false,
  },
  NO_ADDRESS: {
    sentence: 'It was not sent: no mail address of the person is known.',
    before: 'No mail address of them is known.',
    out: 'Add an address in the ATS; it appears here by itself.',
    way: 'address',
    passes: false,
  },
  REFUSED: {
    sentence: 'It was not sent: the mail server rejected it.',
    before: 'The mail server rejects mail to this address.',
    out: 'Read what the server said, then write to another address.',
    way: 'write',
    passes: false,
  },
  OVERDUE: {
    sentence: 'It was not sent: for a week after its time something kept it back.',
    before: 'It is too late for it.',
    out: 'So late, it would surprise them: write to them yourself.',
    way: 'write',
    passes: false,
  },
  REPLIED: {
    sentence: 'It was not sent: the person answered first.',
    before: 'They have answered.',
    out: 'Read what they wrote, and answer that.',
    way: 'read-replies',
    passes: false,
  },
};

interface Standing {
  readonly shape: Shape;
  readonly word: string;
  readonly sentence: string;
  readonly way: Way['kind'];
}

export const STATES: Record<MessageState, Standing> = {
  SCHEDULED: {
    shape: 'waiting',
    word: 'Not sent yet',
    sentence: 'It goes out by itself when its time comes.',
    way: 'cancel',
  },
  CLAIMED: { shape: 'pending', word: 'Being sent', sentence: 'It is on its way to the mail server.', way: 'wait' },
  SENT: { shape: 'good', word: 'Sent', sentence: 'The mail server has taken it.', way: 'write' },
  BOUNCED: {
    shape: 'bad',
    word: 'Came back',
    sentence: 'It was sent, and the mail server of the person returned it.',
    way: 'address',
  },
  FAILED: { shape: 'bad', word: 'Not sent', sentence: 'It was not sent, and will not be.', way: 'write' },
  IN_DOUBT: {
    shape: 'doubt',
    word: 'In doubt',
    sentence: 'It may have been sent. It is not sent again before somebody has looked.',
    way: 'settle',
  },
  CANCELLED: {
    shape: 'closed',
    word: 'Cancelled',
    sentence: 'It was called off before it was sent.',
    way: 'write',
  },
};

const WRITE_ANEW = 'It will not be sent by itself any more: write to them anew.';

interface Stands {
  readonly state: MessageState;
  readonly blocker: Blocker | null;
  readonly sendAt: string;
  readonly replies: readonly unknown[];
}

/** Where a message stands: the word, the reason, and the one way on. */
export function standingOf(message: Stands, now: number): Standing & { readonly out: string | null } {
  const state = STATES[message.state];
  const obstacle = message.blocker ? OBSTACLES[message.blocker] : null;
  if (message.state === 'SCHEDULED') {
    if (obstacle) return { ...state, shape: 'paused', word: 'Waits', sentence: obstacle.sentence, out: obstacle.out };
    const later = Date.parse(message.sendAt) > now;
    return { ...state, word: later ? 'Planned' : state.word, out: null };
  }
  if (message.state === 'FAILED' && obstacle?.passes) {
    // What usually passes did not, or not in time.
    return { ...state, sentence: obstacle.sentence.replace(/^It waits:/u, 'It was not sent:'), out: WRITE_ANEW };
  }
  if (message.state === 'FAILED' && obstacle) {
    return { ...state, sentence: obstacle.sentence, way: obstacle.way, out: obstacle.out };
  }
  if (message.state === 'SENT' && message.replies.length > 0) {
    return { ...state, word: 'Reply received', way: 'read-replies', out: null };
  }
  return { ...state, out: null };
}

/** What is said after writing: the message is kept, and this is what stands in its way. */
export function afterSending(blocker: Blocker | null, sendAt: string, now: number): string {
  if (blocker) return OBSTACLES[blocker].sentence.replace(/^It was not sent:/u, 'It will not be sent:');
  return Date.parse(sendAt) > now + 60_000 ? 'Planned: it goes out at its time' : 'On its way';
}
