// What each column of a board shows. A column that shows the same as before is the same object, so that it is not drawn
// anew for what happens in others. No React.

import {
  type Board,
  type Card,
  type Conflict,
  columnOf,
  countOf,
  type Id,
  type Late,
  lateOf,
  type OwnMove,
  type Stage,
  type Touch,
} from './board';
import { type Filter, shown } from './filter';

/** What is under way with a card, or was said about it. */
export interface Note {
  readonly move: OwnMove | undefined;
  readonly conflict: Conflict | undefined;
  /** Why a disagreement with the ATS was not settled. */
  readonly refusal: string | undefined;
  readonly touch: Touch | undefined;
}

export interface ColumnView {
  /** How many there are, loaded or not, shown or not. */
  readonly count: number;
  /** How many are late, loaded or not, shown or not. */
  readonly late: Late;
  /** How many fit the filter, loaded or not. */
  readonly found: number;
  /** For how many days half of all have been there, or longer. */
  readonly medianDays: number | null;
  /** Those that the filter shows. */
  readonly cards: readonly Card[];
  /** Of the cards that there is something to say about. */
  readonly notes: ReadonlyMap<Id, Note>;
  /** How many of the cards came while one looks. */
  readonly arrived: number;
  /** After which cursor its next page begins; null if all of it is loaded. */
  readonly next: string | null;
}

export type ColumnViews = ReadonlyMap<Id, ColumnView>;

export const NO_COLUMNS: ColumnViews = new Map();

/** Of the stages that are shown, in their order; `before` is what was shown before. */
export function viewsOf(board: Board, stages: readonly Stage[], filter: Filter, before: ColumnViews): ColumnViews {
  const now = new Map(
    stages.map(({ id }) => {
      const column = viewOf(board, filter, id);
      const old = before.get(id);
      return [id, old && isSame(old, column) ? old : column];
    }),
  );
  const ids = [...before.keys()];
  const same =
    ids.length === now.size && [...now].every(([id, column], at) => ids[at] === id && before.get(id) === column);
  return same ? before : now;
}

/** How many cards of a column fit the filter, of which so many are loaded. */
export function foundOf(board: Board, stageId: Id, loaded: number): number {
  return board.next.get(stageId) == null ? loaded : Math.max(loaded, board.found.get(stageId) ?? 0);
}

function viewOf(board: Board, filter: Filter, stageId: Id): ColumnView {
  const all = columnOf(board, stageId);
  const cards = shown(filter, all);
  const notes = new Map<Id, Note>();
  let arrived = 0;
  for (const { applicationId: id } of cards) {
    if (board.arrived.has(id)) arrived += 1;
    const move = board.moves.get(id);
    const conflict = board.conflicts.get(id);
    const refusal = board.refusals.get(id);
    const touch = board.touched.get(id);
    if (move || conflict || refusal !== undefined || touch) notes.set(id, { move, conflict, refusal, touch });
  }
  const here = lateOf(all);
  const elsewhere = board.lateElsewhere.get(stageId);
  const late = { red: here.red + (elsewhere?.red ?? 0), yellow: here.yellow + (elsewhere?.yellow ?? 0) };
  return {
    count: countOf(board, stageId),
    found: foundOf(board, stageId, cards.length),
    medianDays: board.medians.get(stageId) ?? null,
    late,
    cards,
    notes,
    arrived,
    next: board.next.get(stageId) ?? null,
  };
}

function isSame(one: ColumnView, other: ColumnView): boolean {
  return (
    one.count === other.count &&
    one.found === other.found &&
    one.medianDays === other.medianDays &&
    one.late.red === other.late.red &&
    one.late.yellow === other.late.yellow &&
    one.arrived === other.arrived &&
    one.next === other.next &&
    one.cards.length === other.cards.length &&
    one.cards.every((card, at) => card === other.cards[at]) &&
    one.notes.size === other.notes.size &&
    [...one.notes].every(([id, note]) => saysSame(note, other.notes.get(id)))
  );
}

function saysSame(one: Note, other: Note | undefined): boolean {
  return (
    one.move === other?.move &&
    one.conflict === other?.conflict &&
    one.refusal === other?.refusal &&
    one.touch === other?.touch
  );
}
