// What is said and can be done when the ATS disagrees about a card. Pure: a card and the job's stages give the words.

import type { ApplicationAction } from '../api/generated';
import type { Card, Id, Stage } from './board';

/** A card, or as much of an application. */
export type Disputed = Pick<Card, 'sync' | 'stageId' | 'atsStageId' | 'syncReason' | 'refusedAction'>;

/** A stage by its name; without an id it cannot be moved to. */
interface Place {
  readonly id: Id | null;
  readonly name: string;
}

export interface Disagreement {
  readonly here: Place;
  readonly there: Place;
  /** In the ATS's own words. */
  readonly reason: string | null;
  /** Why the viewer's last try came to nothing. */
  readonly refusal: string | null;
  /** Where a choice leads, for those who may move cards; null if the API would refuse it. */
  readonly keep: Id | null;
  readonly take: Id | null;
}

/** A stage of another job, or one that Rapport has not read yet. */
const UNKNOWN = 'a stage not known here';

/** What the ATS refused that was no move: it was undone, and can be done again or left. */
export interface Refused {
  readonly action: ApplicationAction;
  readonly words: string;
  /** In the ATS's own words. */
  readonly reason: string | null;
}

export const REFUSED: Readonly<Record<ApplicationAction, string>> = {
  MOVE: 'The ATS refused the move',
  REJECT: 'The ATS refused the rejection',
  WITHDRAW: 'The ATS refused the withdrawal',
  REOPEN: 'The ATS refused to reopen it',
  TRANSFER: 'The ATS refused the transfer',
  HIRE: 'The ATS refused the hire',
  ASSIGN: 'The ATS refused who looks after them',
  NOTE: 'The ATS refused a note',
  // Never written there.
  MARK_SEEN: 'The ATS refused it',
};

/** Null if the ATS refused nothing, or a move, about which the two disagree. */
export function refusedOf({ sync, refusedAction: action, syncReason }: Disputed): Refused | null {
  if (sync !== 'CONFLICTED' || action === null) return null;
  return { action, words: REFUSED[action], reason: syncReason };
}

/** Null if the ATS agrees about the stage. */
export function disagreementOf(
  card: Disputed,
  stages: readonly Stage[],
  refusal: string | undefined,
): Disagreement | null {
  if (card.sync !== 'CONFLICTED' || card.refusedAction !== null) return null;
  const here = stages.find((stage) => stage.id === card.stageId);
  const there = stages.find((stage) => stage.id === card.atsStageId);
  return {
    here: { id: card.stageId, name: here?.name ?? UNKNOWN },
    there: { id: there?.id ?? null, name: there?.name ?? UNKNOWN },
    reason: card.syncReason,
    refusal: refusal ?? null,
    // Neither can be done before the ATS's stage is known.
    keep: here?.acceptsMoves && there ? here.id : null,
    take: there?.id ?? null,
  };
}
