// What a check-in goes through, and how its parts are said.

import type { CheckInPartsFragment, RateDifference, RecentChangeKind, TopReason } from '../api/generated';
import { dayFrom } from '../ui/days';
import type { Shape } from '../ui/status';

export type Step = 'since' | 'where' | 'needs' | 'outreach' | 'compared' | 'actions';

export const STEPS: readonly { readonly id: Step; readonly name: string }[] = [
  { id: 'since', name: 'Since last time' },
  { id: 'where', name: 'Who is where' },
  { id: 'needs', name: 'Who needs what from whom' },
  { id: 'outreach', name: 'Outreach' },
  { id: 'compared', name: 'Against other departments' },
  { id: 'actions', name: 'Until next time' },
];

/** The step after or before another one; the last and the first have none. */
export function stepFrom(step: Step, by: 1 | -1): Step {
  const at = STEPS.findIndex(({ id }) => id === step);
  return STEPS[at + by]?.id ?? step;
}

const CHANGES: Readonly<Record<RecentChangeKind, readonly [one: string, many: string]>> = {
  RECEIVED: ['new application', 'new applications'],
  ADVANCED: ['moved on', 'moved on'],
  MOVED_BACK: ['moved back', 'moved back'],
  REJECTED: ['rejected', 'rejected'],
  WITHDRAWN: ['withdrew', 'withdrew'],
  HIRED: ['hired', 'hired'],
  REOPENED: ['reopened', 'reopened'],
  SCORECARD_SUBMITTED: ['scorecard', 'scorecards'],
  OFFER_SENT: ['offer sent', 'offers sent'],
  OFFER_ACCEPTED: ['offer accepted', 'offers accepted'],
  OFFER_DECLINED: ['offer declined', 'offers declined'],
};

export function countWords(kind: RecentChangeKind, count: number): string {
  return CHANGES[kind][count === 1 ? 0 : 1];
}

type Change = CheckInPartsFragment['changes'][number];

/** What happened, without whose it is: "moved from Screen to Onsite". */
export function changeWords({ kind, fromStage, toStage }: Pick<Change, 'kind' | 'fromStage' | 'toStage'>): string {
  const from = fromStage ? ` from ${fromStage.name}` : '';
  const to = toStage ? ` to ${toStage.name}` : '';
  switch (kind) {
    case 'RECEIVED':
      return toStage ? `came to ${toStage.name}` : 'came';
    case 'ADVANCED':
      return `moved${from}${to}`;
    case 'MOVED_BACK':
      return `moved back${from}${to}`;
    case 'REJECTED':
      return 'was rejected';
    case 'WITHDRAWN':
      return 'withdrew';
    case 'HIRED':
      return 'was hired';
    case 'REOPENED':
      return 'is considered again';
    case 'SCORECARD_SUBMITTED':
      return 'got a scorecard';
    case 'OFFER_SENT':
      return 'got an offer';
    case 'OFFER_ACCEPTED':
      return 'accepted the offer';
    case 'OFFER_DECLINED':
      return 'declined the offer';
  }
}

const REASONS: Readonly<Record<TopReason, string>> = {
  FURTHEST: 'nobody is further',
  FURTHER_THAN_MOST: 'further than most',
  WELL_RATED: 'well rated',
  RECENTLY_ACTIVE: 'active within a week',
};

/** "Nobody is further, well rated": that nobody is further says more than that most are not. */
export function reasonsWords(reasons: readonly TopReason[]): string {
  const said = reasons
    .filter((reason) => reason !== 'FURTHER_THAN_MOST' || !reasons.includes('FURTHEST'))
    .map((reason) => REASONS[reason])
    .join(', ');
  return said.charAt(0).toUpperCase() + said.slice(1);
}

/** "2 of 3 for them"; null where there is nothing to say. */
export function ratingWords({ ratings, ratingsFor }: { ratings?: number; ratingsFor?: number }): string | null {
  return ratings ? `${ratingsFor ?? 0} of ${ratings} for them` : null;
}

export const DIFFERENCES: Readonly<Record<RateDifference, { readonly shape: Shape; readonly word: string }>> = {
  HIGHER: { shape: 'good', word: 'Higher' },
  LOWER: { shape: 'warn', word: 'Lower' },
  UNCLEAR: { shape: 'open', word: 'May be chance' },
  TOO_FEW: { shape: 'open', word: 'Too few to say' },
};

export function isOverdue({ dueOn, doneAt }: { dueOn: string; doneAt: string | null }, now: Date): boolean {
  return doneAt === null && dueOn < dayFrom(now, 0);
}

/** "for the 2nd time"; null for what is new. */
export function carriedWords(times: number): string | null {
  if (times === 0) return null;
  return times === 1 ? 'carried over once' : `carried over ${times} times`;
}
