// What an action on many people would do and did, in words. No React.

import type { BulkActionKind, BulkOutcome } from '../api/generated';

interface Words {
  /** The button that begins with it. */
  readonly name: string;
  /** What would become of people, and what became of them, after their number. */
  readonly would: string;
  readonly did: string;
  /** They need nothing done. */
  readonly already: string;
}

export const ACTIONS: Readonly<Record<BulkActionKind, Words>> = {
  ADD_TO_PROJECT: {
    name: 'Add to project',
    would: 'would be added',
    did: 'added',
    already: 'in the project already',
  },
  ADD_TAG: { name: 'Add tag', would: 'would get the tag', did: 'got the tag', already: 'with the tag already' },
  REMOVE_TAG: {
    name: 'Remove tag',
    would: 'would lose the tag',
    did: 'lost the tag',
    already: 'without such a tag that was added here',
  },
  ADD_TO_JOB: {
    name: 'Add to job',
    would: 'would be added, in the ATS too',
    did: 'added; the ATS is told',
    already: 'in its process already',
  },
  REQUEST_REVIEW: {
    name: 'Send for review',
    would: 'can be reviewed',
    did: 'sent for review',
    already: 'in it already',
  },
};
export const KINDS = Object.keys(ACTIONS) as readonly BulkActionKind[];

interface Counted {
  readonly outcome: BulkOutcome;
  readonly people: number;
}

/** What would become, or became, of a person. */
export function outcomeOf(kind: BulkActionKind, outcome: BulkOutcome, done: boolean): string {
  const words = ACTIONS[kind];
  switch (outcome) {
    case 'DONE':
      return done ? words.did : words.would;
    case 'UNCHANGED':
      return words.already;
    case 'NOT_FOUND':
      return 'gone, merged, or not for you';
    case 'FAILED':
      return 'not done: something failed';
  }
}

/** "24 would be added, 3 in the project already". */
export function summary(kind: BulkActionKind, counts: readonly Counted[], done: boolean): string {
  const order: readonly BulkOutcome[] = ['DONE', 'UNCHANGED', 'NOT_FOUND', 'FAILED'];
  return order
    .flatMap((outcome) => counts.filter((each) => each.outcome === outcome))
    .map(({ outcome, people }) => `${people.toLocaleString()} ${outcomeOf(kind, outcome, done)}`)
    .join(', ');
}

export function countOf(counts: readonly Counted[], outcome?: BulkOutcome): number {
  return counts
    .filter((each) => outcome === undefined || each.outcome === outcome)
    .reduce((sum, { people }) => sum + people, 0);
}

/** The newest of what is known of an action: what is answered and what is told may cross. */
export function newest<Known extends { readonly version: number }>(
  ...known: readonly (Known | null | undefined)[]
): Known | null {
  return known.reduce<Known | null>(
    (best, each) => (each && (!best || each.version > best.version) ? each : best),
    null,
  );
}
