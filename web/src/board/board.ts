// A board as it is shown: what the server says, with the viewer's own moves laid over it.
//
// Pure: state and something that happened give the next state; no React, no clock, no network. Cards are known by the
// id of their application, never by their place.

import type { BoardOrder, CardFieldsFragment, ClosedBy, RejectionMailInput } from '../api/generated';

export type Id = string;
export type Card = CardFieldsFragment;

export interface Stage {
  readonly id: Id;
  readonly name: string;
  readonly kind: string;
  readonly acceptsMoves: boolean;
}

/** A move of the viewer that the server has not confirmed. */
export interface OwnMove {
  /** The idempotency key: a repetition is harmless. */
  readonly key: string;
  /** The stage the viewer saw it in. */
  readonly from: Id;
  readonly to: Id;
  /** Settles a disagreement with the ATS: where the viewer saw it there. Null for any other move. */
  readonly ats: Id | null;
  /** Where it goes on to as soon as this move is confirmed. */
  readonly onward: Id | null;
  /** It was sent, and no answer came: it is being repeated. */
  readonly unanswered: boolean;
}

/** The mail that tells a person of their rejection. */
export interface Mail {
  readonly templateId: Id;
  /** The version that the viewer saw. */
  readonly templateVersion: number;
  /** Null: when the server says. */
  readonly sendAt: string | null;
  /** When that is. */
  readonly goesAt: string;
  /** To how many of those who are rejected it cannot go: they are rejected without one. */
  readonly notTo: number;
}

/** How an application ends, and why. */
export interface Closing {
  /** Who ends it. */
  readonly by: ClosedBy;
  readonly reasonId: Id;
  readonly reason: string;
  /** For the ATS; empty if there is none. */
  readonly note: string;
  /** Null if nothing is sent. */
  readonly mail: Mail | null;
}

/** The mail as a rejection names it. */
export function mailInput(mail: Mail | null): RejectionMailInput | null {
  return mail && { templateId: mail.templateId, templateVersion: mail.templateVersion, sendAt: mail.sendAt };
}

/** A move that the server did not make, because somebody was faster. */
export interface Conflict {
  /** Where the viewer wanted it. */
  readonly wanted: Id;
  /** Who moved it meanwhile, if that is known. */
  readonly by: string | null;
  readonly closed: boolean;
  /** The viewer wanted to end it. */
  readonly ending?: boolean;
  /** Nobody moved it: somebody settled the disagreement with the ATS for the stage it is in. */
  readonly kept: boolean;
}

/** Somebody else's change of a card, shown on it for a moment. */
export interface Touch {
  readonly by: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface Board {
  readonly stages: readonly Stage[];
  /** As the server has them. */
  readonly cards: ReadonlyMap<Id, Card>;
  /** By stage: the order one looks at. It may name cards that lie elsewhere by now; they are skipped. */
  readonly order: ReadonlyMap<Id, readonly Id[]>;
  /** By stage: how many there are on the server, loaded or not. */
  readonly counts: ReadonlyMap<Id, number>;
  /** By stage: how many of them fit the filter. */
  readonly found: ReadonlyMap<Id, number>;
  /** By stage: for how many days half of them have been there, or longer. */
  readonly medians: ReadonlyMap<Id, number | null>;
  /** By stage: how many are late of the cards that are not loaded. */
  readonly lateElsewhere: ReadonlyMap<Id, Late>;
  /** By stage: after which cursor its next page begins; null if all of it is loaded. */
  readonly next: ReadonlyMap<Id, string | null>;
  readonly moves: ReadonlyMap<Id, OwnMove>;
  /** Applications that the viewer has ended, by the keys of their requests: no longer shown, not yet confirmed. */
  readonly closings: ReadonlyMap<Id, string>;
  readonly conflicts: ReadonlyMap<Id, Conflict>;
  /** Why a disagreement with the ATS was not settled as the viewer wanted; until they try again. */
  readonly refusals: ReadonlyMap<Id, string>;
  /** Changes of cards whose own move is under way: they wait for its answer. */
  readonly deferred: ReadonlyMap<Id, Change>;
  readonly touched: ReadonlyMap<Id, Touch>;
  /** Cards that came while one looks; they stand at the end until one sorts again. */
  readonly arrived: ReadonlySet<Id>;
}

/** A change as the server tells it: the card as it is now, or that it is gone. */
export interface Change {
  readonly applicationId: Id;
  readonly version: number;
  readonly card: Card | null;
  /** Who made it; null if it was the viewer, or nobody in particular. */
  readonly by: string | null;
  readonly at: number;
}

/** How many cards have a red flag, and how many only yellow ones. */
export interface Late {
  readonly red: number;
  readonly yellow: number;
}

/** How many cards a column has, and how long they have been there. */
export interface Counted {
  readonly count: number;
  readonly found: number;
  readonly medianDays: number | null;
  readonly late: Late;
}

export interface LoadedColumn {
  readonly stage: Stage;
  readonly count: number;
  readonly found: number;
  readonly medianDays: number | null;
  /** Of all its cards, those that are loaded and others. */
  readonly late: Late;
  readonly cards: readonly Card[];
  readonly next: string | null;
}

/** An application after a move was decided. */
export interface Decided {
  readonly stageId: Id;
  readonly version: number;
  readonly active: boolean;
  readonly stageEnteredAt: string;
  readonly sync: Card['sync'];
  readonly atsStageId: Id | null;
  readonly syncReason: string | null;
  readonly refusedAction: Card['refusedAction'];
}

/** Said if the ATS moved a card on while the viewer decided. */
export const MOVED_ON = 'The ATS moved it on meanwhile';

export const EMPTY: Board = {
  stages: [],
  cards: new Map(),
  order: new Map(),
  counts: new Map(),
  found: new Map(),
  medians: new Map(),
  lateElsewhere: new Map(),
  next: new Map(),
  moves: new Map(),
  closings: new Map(),
  conflicts: new Map(),
  refusals: new Map(),
  deferred: new Map(),
  touched: new Map(),
  arrived: new Set(),
};

// --- what the server says ------------------------------------------------------------------------------

/** The board was loaded, or reloaded. Own moves under way, conflicts, newer cards and those that are `kept` stay. */
export function loaded(board: Board, columns: readonly LoadedColumn[], kept: ReadonlySet<Id> = new Set()): Board {
  const cards = new Map<Id, Card>();
  for (const { cards: page } of columns) {
    for (const card of page) cards.set(card.applicationId, newer(board.cards.get(card.applicationId), card));
  }
  // A card of which something is under way stays, even if this page does not have it.
  const { moves, closings, conflicts, refusals } = board;
  for (const id of [...moves.keys(), ...closings.keys(), ...conflicts.keys(), ...refusals.keys(), ...kept]) {
    const known = board.cards.get(id);
    if (known && !cards.has(id)) cards.set(id, known);
  }
  let order: ReadonlyMap<Id, readonly Id[]> = new Map(
    columns.map(({ stage, cards: page }) => [stage.id, page.map((c) => c.applicationId)]),
  );
  const counts = new Map(columns.map(({ stage, count }) => [stage.id, count]));
  // What is loaded may be older than what is known: such a card lies where it is known to be.
  for (const { stage, cards: page } of columns) {
    for (const { applicationId: id } of page) {
      const there = cards.get(id)?.stageId ?? stage.id;
      if (there === stage.id) continue;
      order = appended(order, there, id);
      counts.set(stage.id, (counts.get(stage.id) ?? 0) - 1);
      counts.set(there, (counts.get(there) ?? 0) + 1);
    }
  }
  return {
    ...board,
    stages: columns.map(({ stage }) => stage),
    cards,
    order: withMoved(board, order),
    counts,
    found: new Map(columns.map(({ stage, found }) => [stage.id, found])),
    medians: new Map(columns.map(({ stage, medianDays }) => [stage.id, medianDays])),
    lateElsewhere: new Map(columns.map(({ stage, late, cards: page }) => [stage.id, less(late, lateOf(page))])),
    next: new Map(columns.map(({ stage, next }) => [stage.id, next])),
    arrived: new Set(),
  };
}

/** A further page of a column came. */
export function extended(
  board: Board,
  stageId: Id,
  page: readonly Card[],
  { count, found, late }: Pick<Counted, 'count' | 'found' | 'late'>,
  next: string | null,
): Board {
  const cards = new Map(board.cards);
  const order = [...(board.order.get(stageId) ?? [])];
  const known = new Set(order);
  const arrived = new Set(board.arrived);
  for (const card of page) {
    const id = card.applicationId;
    const now = newer(cards.get(id), card);
    cards.set(id, now);
    // It went elsewhere meanwhile.
    if (now.stageId !== stageId) continue;
    // It stood at the end because it came while one looked: now its own place is known.
    if (known.has(id)) {
      if (!arrived.delete(id)) continue;
      order.splice(order.indexOf(id), 1);
    }
    order.push(id);
  }
  return {
    ...board,
    cards,
    arrived,
    order: new Map(board.order).set(stageId, order),
    counts: new Map(board.counts).set(stageId, count),
    found: new Map(board.found).set(stageId, found),
    lateElsewhere: new Map(board.lateElsewhere).set(stageId, less(late, lateOf(held(cards, stageId)))),
    next: new Map(board.next).set(stageId, next),
  };
}

/** True counts came. */
export function counted(board: Board, columns: ReadonlyMap<Id, Counted>): Board {
  const of = <Value>(value: (column: Counted, stage: Id) => Value) =>
    new Map([...columns].map(([stage, column]) => [stage, value(column, stage)] as const));
  return {
    ...board,
    counts: of(({ count }) => count),
    found: of(({ found }) => found),
    medians: of(({ medianDays }) => medianDays),
    lateElsewhere: of(({ late }, stage) => less(late, lateOf(held(board.cards, stage)))),
  };
}

/** How many of these cards are late; each once, whatever it is late with. */
export function lateOf(cards: Iterable<Card>): Late {
  let red = 0;
  let yellow = 0;
  for (const { attention } of cards) {
    if (!attention) continue;
    if (attention.red > 0) red += 1;
    else yellow += 1;
  }
  return { red, yellow };
}

/** Never less than none: what is loaded may be newer than what was counted. */
function less(all: Late, some: Late): Late {
  return { red: Math.max(0, all.red - some.red), yellow: Math.max(0, all.yellow - some.yellow) };
}

function* held(cards: ReadonlyMap<Id, Card>, stageId: Id): Generator<Card> {
  for (const card of cards.values()) if (card.stageId === stageId) yield card;
}

/** Whether a change is of a card that is not loaded: then only the server knows the counts. */
export function isUnknown(board: Board, change: Change): boolean {
  return !board.cards.has(change.applicationId);
}

/** Changes in their order, the viewer's own included: told by their versions, so that an echo changes nothing. */
export function receivedAll(board: Board, changes: readonly Change[]): Board {
  const fresh = changes.filter(({ applicationId, version }) => {
    const known = board.cards.get(applicationId);
    return !known || version >= known.version;
  });
  if (fresh.length === 0) return board;
  const draft = new Draft(board);
  for (const change of fresh) draft.receive(change);
  return draft.board();
}

// --- the viewer's moves --------------------------------------------------------------------------------

/**
 * The viewer moves a card: it is there at once. A second move of the same card follows the first.
 *
 * `seen` is the stage the viewer saw it in, if that may have changed since: the server decides then.
 */
export function begun(board: Board, id: Id, to: Id, key: string, seen?: Id): Board {
  const card = board.cards.get(id);
  if (!card) return board;
  const under = board.moves.get(id);
  const order = appended(board.order, to, id);
  const conflicts = without(board.conflicts, id);
  const refusals = without(board.refusals, id);
  if (under)
    return {
      ...board,
      conflicts,
      order,
      moves: new Map(board.moves).set(id, { ...under, onward: under.to === to ? null : to }),
    };
  const from = seen ?? card.stageId;
  if (from === to) return { ...board, conflicts };
  const move: OwnMove = { key, from, to, ats: null, onward: null, unanswered: false };
  return { ...board, conflicts, refusals, order, moves: new Map(board.moves).set(id, move) };
}

/** The viewer settles a disagreement with the ATS: for the stage it is in here, which is kept, or for the ATS's. */
export function resolved(board: Board, id: Id, to: Id, key: string): Board {
  const card = board.cards.get(id);
  if (card?.sync !== 'CONFLICTED' || board.moves.has(id)) return board;
  const move: OwnMove = { key, from: card.stageId, to, ats: card.atsStageId, onward: null, unanswered: false };
  return {
    ...board,
    conflicts: without(board.conflicts, id),
    refusals: without(board.refusals, id),
    order: appended(board.order, to, id),
    moves: new Map(board.moves).set(id, move),
  };
}

/** No answer came: it will be repeated under its key. */
export function unanswered(board: Board, id: Id, key: string): Board {
  const move = board.moves.get(id);
  if (move?.key !== key) return board;
  return { ...board, moves: new Map(board.moves).set(id, { ...move, unanswered: true }) };
}

/** The server made the move. */
export function accepted(board: Board, id: Id, key: string, decided: Decided, followingKey: string): Board {
  const move = board.moves.get(id);
  if (move?.key !== key) return board;
  const settled = settle(board, id, decided);
  const goesOn = move.onward !== null && move.onward !== decided.stageId && decided.active;
  return goesOn ? begun(settled, id, move.onward as Id, followingKey) : settled;
}

/** Somebody was faster: the card goes where it is now, and says so. */
export function conflicted(board: Board, id: Id, key: string, decided: Decided, by: string | null): Board {
  const move = board.moves.get(id);
  if (move?.key !== key) return board;
  const settled = settle(board, id, decided);
  const wanted = destination(move);
  const now = settled.cards.get(id);
  if (move.ats !== null && now) {
    // Still open, about another stage of the ATS: both buttons are shown again.
    if (now.sync === 'CONFLICTED') return { ...settled, refusals: new Map(settled.refusals).set(id, MOVED_ON) };
    // Somebody did what the viewer wanted.
    if (now.stageId === wanted) return settled;
  }
  const kept = move.ats !== null && now?.stageId === move.from;
  const conflict = { wanted, by, closed: !decided.active, kept };
  return { ...settled, conflicts: new Map(settled.conflicts).set(id, conflict) };
}

/** The server refused the move: only this card goes back. A card about which the ATS disagrees says why. */
export function refused(board: Board, id: Id, key: string, why: string): Board {
  if (board.moves.get(id)?.key !== key) return board;
  const after = afterMove({ ...board, moves: without(board.moves, id) }, id);
  if (after.cards.get(id)?.sync !== 'CONFLICTED') return after;
  return { ...after, refusals: new Map(after.refusals).set(id, why) };
}

/** The viewer ends an application: its card is gone at once. */
export function ended(board: Board, id: Id, key: string): Board {
  if (!board.cards.has(id) || board.closings.has(id)) return board;
  return {
    ...board,
    closings: new Map(board.closings).set(id, key),
    conflicts: without(board.conflicts, id),
    refusals: without(board.refusals, id),
  };
}

/** The server has decided on an ending: the application is ended, or somebody was faster. */
export function endingDecided(
  board: Board,
  id: Id,
  key: string,
  decided: Decided,
  faster: { readonly by: string | null } | null,
): Board {
  if (board.closings.get(id) !== key) return board;
  const settled = settle({ ...board, closings: without(board.closings, id) }, id, decided);
  if (!faster || !decided.active || !settled.cards.has(id)) return settled;
  const conflict = { wanted: decided.stageId, by: faster.by, closed: false, ending: true, kept: false };
  return { ...settled, conflicts: new Map(settled.conflicts).set(id, conflict) };
}

/** The server refused to end an application: its card is back. */
export function endingRefused(board: Board, id: Id, key: string): Board {
  return board.closings.get(id) === key ? { ...board, closings: without(board.closings, id) } : board;
}

/** The viewer takes back that an application was ended: its card is where it was, until the server says more. */
export function restored(board: Board, card: Card): Board {
  return board.cards.has(card.applicationId) ? board : placed(board, { ...card, sync: 'PENDING' }, false);
}

/** It could not be taken back, or is gone again. */
export function gone(board: Board, id: Id): Board {
  return removed(board, id);
}

/** The server says how an application is, after something else than a move. */
export function changed(board: Board, id: Id, decided: Decided): Board {
  return settle(board, id, decided);
}

/** The viewer leaves a conflict as it is. */
export function left(board: Board, id: Id): Board {
  return { ...board, conflicts: without(board.conflicts, id) };
}

/** The viewer asks for the order that the rule gives. */
export function sortedAgain(board: Board, rule: BoardOrder): Board {
  const compare = rule === 'ATTENTION' ? lateFirst : longestFirst;
  const order = new Map(
    board.stages.map(({ id }) => [id, [...columnOf(board, id)].sort(compare).map((card) => card.applicationId)]),
  );
  return { ...board, order, arrived: new Set() };
}

/** Forget who touched cards before a point in time. */
export function faded(board: Board, before: number): Board {
  const touched = new Map([...board.touched].filter(([, touch]) => touch.at >= before));
  return touched.size === board.touched.size ? board : { ...board, touched };
}

// --- what is shown -------------------------------------------------------------------------------------

/** The stage a card is shown in: where the viewer moved it, else where the server has it; none once they ended it. */
export function shownStage(board: Board, id: Id): Id | null {
  if (board.closings.has(id)) return null;
  const move = board.moves.get(id);
  return move ? destination(move) : (board.cards.get(id)?.stageId ?? null);
}

/** The loaded cards of a column, in the order one looks at. */
export function columnOf(board: Board, stageId: Id): readonly Card[] {
  const shown: Card[] = [];
  for (const id of board.order.get(stageId) ?? []) {
    const card = board.cards.get(id);
    if (card && shownStage(board, id) === stageId) shown.push(card);
  }
  return shown;
}

/** The stages that a card may be moved to, among them the one it is in, so that a menu can say where it is. */
export function destinations(stages: readonly Stage[], current: Id | null): readonly Stage[] {
  return stages.filter((stage) => stage.acceptsMoves || stage.id === current);
}

/** How many cards a column has, the viewer's moves included. */
export function countOf(board: Board, stageId: Id): number {
  let count = board.counts.get(stageId) ?? 0;
  for (const id of board.closings.keys()) if (board.cards.get(id)?.stageId === stageId) count -= 1;
  for (const [id, move] of board.moves) {
    if (board.closings.has(id)) continue;
    const truth = board.cards.get(id)?.stageId;
    const shown = destination(move);
    if (truth === shown) continue;
    if (truth === stageId) count -= 1;
    if (shown === stageId) count += 1;
  }
  return Math.max(0, count);
}

// --- parts ---------------------------------------------------------------------------------------------

function settle(board: Board, id: Id, decided: Decided): Board {
  const moves = without(board.moves, id);
  const card = board.cards.get(id);
  if (!card || decided.version < card.version) return afterMove({ ...board, moves }, id);
  if (!decided.active) return afterMove(removed({ ...board, moves }, id), id);
  const { stageId, version, stageEnteredAt, sync, atsStageId, syncReason, refusedAction } = decided;
  const daysInStage = stageId === card.stageId ? card.daysInStage : 0;
  const now = { ...card, stageId, version, stageEnteredAt, sync, atsStageId, syncReason, refusedAction, daysInStage };
  return afterMove(placed({ ...board, moves }, now, false), id);
}

/** Where the viewer wants the card to be in the end. */
function destination(move: OwnMove): Id {
  return move.onward ?? move.to;
}

/** Whatever the server told meanwhile counts now. */
function afterMove(board: Board, id: Id): Board {
  const change = board.deferred.get(id);
  return change ? receivedAll({ ...board, deferred: without(board.deferred, id) }, [change]) : board;
}

function placed(board: Board, card: Card, arrives = true): Board {
  const draft = new Draft(board);
  draft.place(card, arrives);
  return draft.board();
}

function removed(board: Board, id: Id): Board {
  const draft = new Draft(board);
  draft.remove(id);
  return draft.board();
}

/** A board while cards are placed and removed: each part is copied once, though hundreds of changes come at once. */
class Draft {
  private readonly cards: Map<Id, Card>;
  private readonly counts: Map<Id, number>;
  private readonly arrived: Set<Id>;
  private readonly touched: Map<Id, Touch>;
  private readonly deferred: Map<Id, Change>;
  private readonly refusals: Map<Id, string>;
  private readonly columns = new Map<Id, Id[]>();

  constructor(private readonly from: Board) {
    this.cards = new Map(from.cards);
    this.counts = new Map(from.counts);
    this.arrived = new Set(from.arrived);
    this.touched = new Map(from.touched);
    this.deferred = new Map(from.deferred);
    this.refusals = new Map(from.refusals);
  }

  board(): Board {
    const { cards, counts, arrived, touched, deferred, refusals } = this;
    const order = new Map([...this.from.order, ...this.columns]);
    return { ...this.from, cards, counts, arrived, touched, deferred, refusals, order };
  }

  receive(change: Change): void {
    const id = change.applicationId;
    const known = this.cards.get(id);
    if (known && change.version < known.version) return;
    if (this.from.moves.has(id)) {
      this.deferred.set(id, change);
      return;
    }
    if (change.card === null) this.remove(id);
    else this.place(change.card, true);
    if (change.by === null || (known && change.version === known.version)) return;
    this.touched.set(id, { by: change.by, at: change.at });
  }

  place(card: Card, arrives: boolean): void {
    const id = card.applicationId;
    if (card.sync !== 'CONFLICTED') this.refusals.delete(id);
    if (!this.from.stages.some((stage) => stage.id === card.stageId)) {
      this.remove(id);
      return;
    }
    const before = this.cards.get(id);
    this.cards.set(id, card);
    // It may have been elsewhere meanwhile, unseen.
    if (before?.stageId === card.stageId && enteredTogether(before, card)) return;
    if (before) {
      this.count(before.stageId, -1);
      this.drop(before.stageId, id);
    }
    this.count(card.stageId, 1);
    if (arrives) this.arrived.add(id);
    const column = this.column(card.stageId);
    if (!column.includes(id)) column.push(id);
  }

  remove(id: Id): void {
    const card = this.cards.get(id);
    if (!card) return;
    this.count(card.stageId, -1);
    this.drop(card.stageId, id);
    this.cards.delete(id);
  }

  private count(stageId: Id, by: number): void {
    this.counts.set(stageId, Math.max(0, (this.counts.get(stageId) ?? 0) + by));
  }

  private drop(stageId: Id, id: Id): void {
    const column = this.column(stageId);
    const at = column.indexOf(id);
    if (at >= 0) column.splice(at, 1);
  }

  private column(stageId: Id): Id[] {
    let column = this.columns.get(stageId);
    if (!column) {
      column = [...(this.from.order.get(stageId) ?? [])];
      this.columns.set(stageId, column);
    }
    return column;
  }
}

/** The order of freshly loaded columns, with the cards that the viewer is moving at the end of where they go. */
function withMoved(board: Board, order: ReadonlyMap<Id, readonly Id[]>): ReadonlyMap<Id, readonly Id[]> {
  let result = order;
  for (const id of board.moves.keys()) {
    const stage = shownStage(board, id);
    if (stage !== null) result = appended(result, stage, id);
  }
  return result;
}

function appended(order: ReadonlyMap<Id, readonly Id[]>, stageId: Id, id: Id): ReadonlyMap<Id, readonly Id[]> {
  const column = order.get(stageId) ?? [];
  return column.includes(id) ? order : new Map(order).set(stageId, [...column, id]);
}

function enteredTogether(one: Card, other: Card): boolean {
  return Date.parse(one.stageEnteredAt) === Date.parse(other.stageEnteredAt);
}

function newer(known: Card | undefined, card: Card): Card {
  return known && known.version > card.version ? known : card;
}

function without<Value>(map: ReadonlyMap<Id, Value>, id: Id): ReadonlyMap<Id, Value> {
  if (!map.has(id)) return map;
  const changed = new Map(map);
  changed.delete(id);
  return changed;
}

/** What has a red flag, then what has a yellow one; of each, what has been in the stage longest. */
function lateFirst(one: Card, other: Card): number {
  return urgency(one) - urgency(other) || longestFirst(one, other);
}

function urgency({ attention }: Card): number {
  if (!attention) return 2;
  return attention.red > 0 ? 0 : 1;
}

/** As the server orders a column. Dates hold milliseconds here and microseconds there, which the text still has. */
function longestFirst(one: Card, other: Card): number {
  return (
    Date.parse(one.stageEnteredAt) - Date.parse(other.stageEnteredAt) ||
    compareText(one.stageEnteredAt, other.stageEnteredAt) ||
    // The server compares what these ids stand for; in base 64, the digits come behind the letters.
    compareText(atob(one.applicationId), atob(other.applicationId))
  );
}

function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
