// What a review says about itself: who still owes, what comes first, what is hidden. No React and no clock.

import type { NoteVisibility, ReviewStatus, Verdict } from '../api/generated';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const DATE = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

export const VERDICTS = ['APPROVED', 'STARRED', 'REJECTED', 'SKIPPED'] as const satisfies readonly Verdict[];

export const VERDICT_WORDS: Record<Verdict, string> = {
  APPROVED: 'Approved',
  STARRED: 'Starred',
  REJECTED: 'Rejected',
  SKIPPED: 'Skipped',
};

/** Who may read a note, in the words of the page that reviewers reach from their mail. */
export const READERS: Record<NoteVisibility, string> = {
  HIRING_TEAM: 'The hiring team',
  PUBLIC: 'Everyone who sees this person',
  PRIVATE: 'Only me',
};

export function isOpen(status: ReviewStatus): boolean {
  return status === 'SENT' || status === 'IN_PROGRESS';
}

interface ReviewerProgress {
  readonly decided: number;
  readonly finishedAt: string | null;
}

/** Those who have neither finished nor decided on everybody, in their order. */
export function owing<Reviewer extends ReviewerProgress>(reviewers: readonly Reviewer[], people: number): Reviewer[] {
  return reviewers.filter((reviewer) => reviewer.finishedAt === null && reviewer.decided < people);
}

export interface Due {
  readonly words: string;
  readonly overdue: boolean;
}

/** By when verdicts are wanted, in words; once the review is closed nothing is overdue any more. */
export function due(dueAt: string | null, status: ReviewStatus, now: number): Due {
  if (dueAt === null) return { words: 'No due date', overdue: false };
  const distance = Date.parse(dueAt) - now;
  if (!isOpen(status)) return { words: `Was due ${DATE.format(new Date(dueAt))}`, overdue: false };
  if (distance < 0) return { words: `Overdue by ${span(-distance)}`, overdue: true };
  if (distance < HOUR)
    return { words: `Due ${RELATIVE.format(Math.max(1, Math.floor(distance / MINUTE)), 'minute')}`, overdue: false };
  if (distance < DAY) return { words: `Due ${RELATIVE.format(Math.round(distance / HOUR), 'hour')}`, overdue: false };
  if (distance < 7 * DAY) return { words: `Due ${RELATIVE.format(days(dueAt, now), 'day')}`, overdue: false };
  return { words: `Due ${DATE.format(new Date(dueAt))}`, overdue: false };
}

/** Days on the calendar until then. */
function days(iso: string, now: number): number {
  return Math.round((new Date(iso).setHours(0, 0, 0, 0) - new Date(now).setHours(0, 0, 0, 0)) / DAY);
}

function span(milliseconds: number): string {
  if (milliseconds < HOUR) return count(Math.max(1, Math.floor(milliseconds / MINUTE)), 'minute');
  if (milliseconds < DAY) return count(Math.floor(milliseconds / HOUR), 'hour');
  return count(Math.floor(milliseconds / DAY), 'day');
}

/** "1 person", "3 people". */
export function people(number: number): string {
  return number === 1 ? '1 person' : `${number} people`;
}

/** "1 day", "3 days". */
export function count(number: number, unit: string): string {
  return `${number} ${unit}${number === 1 ? '' : 's'}`;
}

interface Said {
  readonly verdict: Verdict;
  readonly reviewer: { readonly id: string } | null;
}

interface Item<V extends Said> {
  readonly disputed: boolean;
  readonly othersHidden: boolean;
  readonly verdicts: readonly V[];
}

/** The disputed first; otherwise the order in which people were put before the reviewers. */
export function disputedFirst<I extends { readonly disputed: boolean }>(items: readonly I[]): I[] {
  return [...items.filter((item) => item.disputed), ...items.filter((item) => !item.disputed)];
}

export type Cell<V extends Said> =
  | { readonly kind: 'said'; readonly said: V }
  | { readonly kind: 'hidden' }
  | { readonly kind: 'to do' };

/**
 * What one reviewer says of one person, as far as the viewer may know.
 *
 * A reviewer who has decided on nobody has nothing to hide.
 */
export function cellOf<V extends Said>(
  item: Item<V>,
  reviewer: { readonly decided: number; readonly user: { readonly id: string } | null },
  viewerId: string,
): Cell<V> {
  const said = item.verdicts.find((verdict) => verdict.reviewer?.id === reviewer.user?.id);
  if (said) return { kind: 'said', said };
  const hidden = item.othersHidden && reviewer.user?.id !== viewerId && reviewer.decided > 0;
  return { kind: hidden ? 'hidden' : 'to do' };
}

/** How often each verdict was given; only those that were. */
export function tally(verdicts: readonly { readonly verdict: Verdict }[]): { verdict: Verdict; count: number }[] {
  return VERDICTS.map((verdict) => ({
    verdict,
    count: verdicts.filter((said) => said.verdict === verdict).length,
  })).filter((each) => each.count > 0);
}

export type LinkState = 'works' | 'revoked' | 'expired' | 'closed';

export function linkState(
  reviewer: { readonly linkRevoked: boolean; readonly linkExpiresAt: string },
  status: ReviewStatus,
  now: number,
): LinkState {
  if (!isOpen(status)) return 'closed';
  if (reviewer.linkRevoked) return 'revoked';
  return Date.parse(reviewer.linkExpiresAt) <= now ? 'expired' : 'works';
}

/** What is offered as a due date: five in the afternoon, three working days ahead. */
export function suggestedDue(now: Date): Date {
  const at = new Date(now.getFullYear(), now.getMonth(), now.getDate(), 17);
  for (let left = 3; left > 0; ) {
    at.setDate(at.getDate() + 1);
    if (at.getDay() !== 0 && at.getDay() !== 6) left -= 1;
  }
  return at;
}

/** A time as a field of the type `datetime-local` holds it. */
export function localTime(at: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The field's time with its zone; null if the field is empty. */
export function fromLocalTime(value: string): string | null {
  const at = new Date(value);
  return value === '' || Number.isNaN(at.getTime()) ? null : at.toISOString();
}
