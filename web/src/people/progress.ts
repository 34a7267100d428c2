// What interviews, scorecards and offers say, in words and shapes.

import type { InterviewStatus, OfferStatus, Rating } from '../api/generated';
import type { Shape } from '../ui/status';

interface Said {
  readonly word: string;
  readonly shape: Shape;
}

export const RATINGS: Record<Rating, Said> = {
  STRONG_YES: { word: 'Strong yes', shape: 'good' },
  YES: { word: 'Yes', shape: 'good' },
  MIXED: { word: 'Mixed', shape: 'warn' },
  NO: { word: 'No', shape: 'bad' },
  DEFINITELY_NOT: { word: 'Definitely not', shape: 'bad' },
};

export const OFFERS: Record<OfferStatus, Said> = {
  DRAFT: { word: 'Not sent yet', shape: 'open' },
  SENT: { word: 'Sent, not answered', shape: 'waiting' },
  ACCEPTED: { word: 'Accepted', shape: 'good' },
  DECLINED: { word: 'Declined', shape: 'bad' },
  RESCINDED: { word: 'Withdrawn', shape: 'paused' },
  SUPERSEDED: { word: 'Replaced', shape: 'paused' },
};

interface Interview {
  readonly status: InterviewStatus | null;
  readonly startsAt: string | null;
  readonly endsAt: string | null;
}

/** How far an interview has come, by what the ATS says and by the clock: the ATS may be slow to say that it is over. */
export function interviewState({ status, startsAt, endsAt }: Interview, now: number): Said {
  if (status === 'COMPLETE') return { word: 'Scorecards are in', shape: 'good' };
  const over = status === 'AWAITING_FEEDBACK' || (endsAt !== null && Date.parse(endsAt) <= now);
  if (over) return { word: 'Over, a scorecard is missing', shape: 'warn' };
  if (startsAt === null) return { word: 'No time yet', shape: 'open' };
  return { word: 'Scheduled', shape: 'waiting' };
}
