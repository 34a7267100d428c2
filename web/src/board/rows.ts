// The rows of a board's list: which, in what order, and which of them are in the document. No React.

import { type Board, type Card, columnOf } from './board';
import { type Filter, shown, sourceOf } from './filter';

export type Column = 'name' | 'stage' | 'days' | 'interview' | 'source';

export interface Sort {
  readonly by: Column;
  readonly down: boolean;
}

/** After a click on a column's head. */
export function sortedBy(now: Sort, by: Column): Sort {
  return { by, down: now.by === by && !now.down };
}

const ALPHABET = new Intl.Collator();

/** The cards that the filter shows; those that are equal stay as the board has them. */
export function rowsOf(board: Board, filter: Filter, { by, down }: Sort): readonly Card[] {
  const places = new Map(board.stages.map((stage, place) => [stage.id, place]));
  const cards = board.stages.flatMap((stage) => columnOf(board, stage.id));
  const sign = down ? -1 : 1;
  return shown(filter, cards).toSorted((one, other) => sign * compare(by, one, other, places));
}

function compare(by: Column, one: Card, other: Card, places: ReadonlyMap<string, number>): number {
  switch (by) {
    case 'name':
      return ALPHABET.compare(one.personName, other.personName);
    case 'stage':
      return (places.get(one.stageId) ?? 0) - (places.get(other.stageId) ?? 0);
    case 'days':
      return one.daysInStage - other.daysInStage;
    case 'interview':
      return ALPHABET.compare(one.nextInterviewAt ?? '9', other.nextInterviewAt ?? '9');
    case 'source':
      return ALPHABET.compare(sourceOf(one), sourceOf(other));
  }
}

/** The places in sight, and the one that is kept with those beside it, in their order. Nothing is kept at -1. */
export function withKept(inSight: readonly number[], kept: number, count: number): number[] {
  const beside = kept < 0 ? [] : [kept - 1, kept, kept + 1].filter((place) => place >= 0 && place < count);
  return [...new Set([...inSight, ...beside])].sort((one, other) => one - other);
}

/** In pixels, the room before each of the rows and after the last one. */
export function gapsBetween(
  rows: readonly { readonly start: number; readonly end: number }[],
  total: number,
): readonly number[] {
  const starts = [...rows.map(({ start }) => start), total];
  return starts.map((start, at) => start - (rows[at - 1]?.end ?? 0));
}
