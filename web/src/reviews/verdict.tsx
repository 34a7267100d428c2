// Verdicts and the state of a review, each as a shape and a word.

import type { ReviewStatus, Verdict } from '../api/generated';
import { type Shape, Status } from '../ui/status';
import { VERDICT_WORDS } from './rules';

export const VERDICT_SHAPES: Record<Verdict, Shape> = {
  APPROVED: 'yes',
  STARRED: 'star',
  REJECTED: 'no',
  SKIPPED: 'onward',
};

export function VerdictStatus({ verdict, large = false }: { readonly verdict: Verdict; readonly large?: boolean }) {
  return (
    <Status shape={VERDICT_SHAPES[verdict]} mark large={large}>
      {VERDICT_WORDS[verdict]}
    </Status>
  );
}

const STATES: Record<ReviewStatus, readonly [Shape, string]> = {
  SENT: ['waiting', 'No verdict yet'],
  IN_PROGRESS: ['live', 'In progress'],
  COMPLETED: ['good', 'Complete'],
  EXPIRED: ['closed', 'Expired'],
  CANCELLED: ['closed', 'Cancelled'],
};

export function ReviewState({ status }: { readonly status: ReviewStatus }) {
  const [shape, word] = STATES[status];
  return <Status shape={shape}>{word}</Status>;
}
