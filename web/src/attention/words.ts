// Why something needs attention, and what one does about it, in words.

import type { AttentionReason, Severity } from '../api/generated';
import type { Shape } from '../ui/status';

const WORDS: Readonly<Record<AttentionReason, string>> = {
  FEEDBACK_OWED: 'Feedback owed',
  DECISION_OWED: 'Decision owed',
  SCHEDULING_OWED: 'Interview to schedule',
  OFFER_TO_CREATE: 'Offer to make',
  OFFER_TO_SEND: 'Offer to send',
  OFFER_UNANSWERED: 'Offer unanswered',
  INACTIVE: 'No activity',
  SILENCE: 'No contact',
};

const ACTS: Readonly<Record<AttentionReason, string>> = {
  FEEDBACK_OWED: 'See what is owed',
  DECISION_OWED: 'Decide',
  SCHEDULING_OWED: 'See who interviews',
  OFFER_TO_CREATE: 'See the offer',
  OFFER_TO_SEND: 'See the offer',
  OFFER_UNANSWERED: 'Ask them',
  INACTIVE: 'Look into it',
  SILENCE: 'Write to them',
};

export const REASONS = Object.keys(WORDS) as readonly AttentionReason[];

export function reasonWords(reason: AttentionReason): string {
  return WORDS[reason];
}

/** What the person who must act does first. */
export function actWords(reason: AttentionReason): string {
  return ACTS[reason];
}

/** The tab of the drawer that shows what it is about. */
export function tabOf(reason: AttentionReason): 'interviews' | undefined {
  return reason === 'SILENCE' || reason === 'INACTIVE' ? undefined : 'interviews';
}

export function severityShape(severity: Severity): Shape {
  return severity === 'RED' ? 'bad' : 'warn';
}

/** "2 red · 1 yellow"; empty if nothing is late. */
export function countWords(red: number, yellow: number): string {
  return [red > 0 ? `${red} red` : '', yellow > 0 ? `${yellow} yellow` : ''].filter(Boolean).join(' · ');
}
