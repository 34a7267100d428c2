// Which cards are chosen, to act on them together. No React.

import type { Board, Card, Id } from './board';
import type { Columns } from './lost-focus';

export type Chosen = ReadonlySet<Id>;

export const NONE: Chosen = new Set();

/** Choose cards, or not any more; the others stay as they are. */
export function toggled(chosen: Chosen, ids: readonly Id[], on: boolean): Chosen {
  const changed = new Set(chosen);
  for (const id of ids) {
    if (on) changed.add(id);
    else changed.delete(id);
  }
  return changed;
}

/** Of each column those that are chosen: the same set as before where they are the same, so that it is not drawn anew. */
export function chosenIn(columns: Columns, chosen: Chosen, before: ReadonlyMap<Id, Chosen>): ReadonlyMap<Id, Chosen> {
  if (chosen.size === 0) return NOWHERE;
  return new Map(
    [...columns].map(([stage, { cards }]) => {
      const here = new Set(cards.map(({ applicationId }) => applicationId).filter((id) => chosen.has(id)));
      const old = before.get(stage) ?? NONE;
      return [stage, old.size === here.size && [...here].every((id) => old.has(id)) ? old : here];
    }),
  );
}

const NOWHERE: ReadonlyMap<Id, Chosen> = new Map();

/** The chosen cards that are still on the board, as they are now. */
export function cardsOf(board: Board, chosen: Chosen): readonly Card[] {
  return [...chosen].flatMap((id) => {
    const card = board.cards.get(id);
    return card && !board.closings.has(id) ? [card] : [];
  });
}

/** Where all of them lie; null if they lie in several stages. */
export function commonStage(cards: readonly Card[]): Id | null {
  const [first] = cards;
  return first && cards.every(({ stageId }) => stageId === first.stageId) ? first.stageId : null;
}
