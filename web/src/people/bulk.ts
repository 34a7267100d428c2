// What an action on many people or applications would do and did, in words. No React.

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
  MOVE_APPLICATIONS: { name: 'Move', would: 'would be moved', did: 'moved', already: 'there already' },
  REJECT_APPLICATIONS: { name: 'Reject', would: 'would be rejected', did: 'rejected', already: 'rejected already' },
  WITHDRAW_APPLICATIONS: {
    name: 'Record that they withdrew',
    would: 'would be withdrawn',
    did: 'withdrawn',
    already: 'withdrawn already',
  },
  REOPEN_APPLICATIONS: {
    name: 'Reopen',
    would: 'would be reopened',
    did: 'reopened',
    already: 'under way already',
  },
  RETURN_APPLICATIONS: { name: 'Move back', would: 'would be moved back', did: 'moved back', already: 'back already' },
};
/** What can be done with people; what is done to their applications is done on a board. */
export const KINDS = [
  'ADD_TO_PROJECT',
  'ADD_TAG',
  'REMOVE_TAG',
  'ADD_TO_JOB',
  'REQUEST_REVIEW',
] as const satisfies readonly BulkActionKind[];

export type PeopleKind = (typeof KINDS)[number];

/** What became of those to whom it was not done, whatever they wanted. */
export const NOT_DONE = ['CONFLICT', 'REFUSED', 'NOT_FOUND', 'FAILED'] as const satisfies readonly BulkOutcome[];

/** Whether it is done to applications: at once, and with the reason for each to whom it was not done. */
export function isOnApplications(kind: BulkActionKind): boolean {
  return !KINDS.some((each) => each === kind);
}

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
    case 'CONFLICT':
      return 'not done: somebody was faster';
    case 'REFUSED':
      return 'refused';
    case 'NOT_FOUND':
      return 'gone, merged, or not for you';
    case 'FAILED':
      return 'not done: something failed';
  }
}

/** "24 would be added, 3 in the project already". */
export function summary(kind: BulkActionKind, counts: readonly Counted[], done: boolean): string {
  const order: readonly BulkOutcome[] = ['DONE', 'UNCHANGED', ...NOT_DONE];
  return order
    .flatMap((outcome) => counts.filter((each) => each.outcome === outcome))
    .map(({ outcome, people }) => `${people.toLocaleString()} ${outcomeOf(kind, outcome, done)}`)
    .join(', ');
}

/** How many there are to whom it was not done. */
export function notDone(counts: readonly Counted[]): number {
  return NOT_DONE.reduce((sum, outcome) => sum + countOf(counts, outcome), 0);
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
