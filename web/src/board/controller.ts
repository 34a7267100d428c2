// Keeps one board: loads it, follows it, sends the viewer's moves and repeats those that got no answer.

import type { ApiClient } from '../api/client';
import { ApiError, Unreachable } from '../api/errors';
import {
  AcceptAtsState,
  BoardChanged,
  type BoardChangedSubscription,
  BoardCounts,
  Board as BoardDocument,
  type BoardOrder,
  type BoardQuery,
  MoreCards,
  MoveApplication,
  type MoveApplicationMutation,
  type MovedApplicationFragment,
  RejectApplication,
  type RejectApplicationInput,
  type RejectApplicationMutation,
  ReopenApplication,
  WithdrawApplication,
  type WithdrawApplicationInput,
} from '../api/generated';
import type { Live } from '../api/live';
import { reasonOf } from '../reason';
import * as board from './board';
import { type Filter, inputOf, isActive, NO_FILTER } from './filter';

type Loaded = NonNullable<BoardQuery['board']>;
export type BoardJob = Loaded['job'];

export interface BoardView {
  readonly board: board.Board;
  /** Null until it is loaded for the first time. */
  readonly job: BoardJob | null;
  readonly problem: { readonly message: string; readonly code: string; readonly traceId: string | null } | null;
  /** Other cards, or another order, were asked for, and are not there yet. */
  readonly asking: boolean;
  /** Others' changes are held back at the viewer's wish; how many wait. */
  readonly held: number | null;
}

interface Outcomes {
  /** The viewer's own act came to something: say it. */
  readonly onMoved: (name: string, stage: string, count: number) => void;
  /** `shown`: the card says it. */
  readonly onRefused: (name: string, message: string, shown: boolean) => void;
  /** A disagreement with the ATS was settled for the stage it is in. */
  readonly onKept: (name: string, stage: string) => void;
  readonly onConflict: (name: string) => void;
  /** As that, but somebody else settled it for the stage it is in. */
  readonly onKeptByOthers: (name: string) => void;
  /** The viewer ended an application; `undo` takes it back. */
  readonly onEnded: (name: string, closing: board.Closing, undo: () => void) => void;
  readonly onEndedByOthers: (name: string, by: string | null) => void;
  readonly onNotEnded: (name: string, message: string) => void;
  readonly onReopened: (name: string) => void;
  readonly onNotReopened: (name: string, message: string) => void;
  readonly onNotAccepted: (message: string) => void;
  readonly onOthersChange: () => void;
  /** A changed filter found so many. */
  readonly onFound: (count: number) => void;
  /** A move was sent, and answered. */
  readonly onSent: (key: string) => void;
  readonly onAnswered: (key: string) => void;
}

interface Asked {
  readonly filter: Filter;
  readonly order: BoardOrder;
}

/** `mine`: it follows from what the viewer did, so they wait for it. */
type Listener = (view: BoardView, mine: boolean) => void;

const RETRY_MS = [500, 1_000, 2_000, 4_000, 8_000];
const TOUCH_SHOWN_MS = 5_000;
const RECOUNT_AFTER_MS = 1_000;
/** Who types is asked for after a pause. */
const TYPED_MS = 200;
/** What comes within this time is applied together: each frame would draw the board. */
const TOGETHER_MS = 100;
/** As that, once so many wait: hundreds come after a break, nobody watches each of them, and they end with a pause. */
const FLOOD_MS = 1_000;
const FLOOD = 10;

export class BoardController {
  private view: BoardView = { board: board.EMPTY, job: null, problem: null, asking: false, held: null };
  private readonly listeners = new Set<Listener>();
  private unfollow: (() => void) | null = null;
  private waiting: board.Change[] = [];
  /** For each answer under way, the changes applied since it was asked for: it may be older than they are. */
  private readonly meanwhile = new Set<board.Change[]>();
  private frame = 0;
  /** Until then, what comes is kept to be applied together. */
  private together = 0;
  /** When the first and the last of the changes that wait came. */
  private firstCame = 0;
  private lastCame = 0;
  private delay: ReturnType<typeof setTimeout> | undefined;
  private fading: ReturnType<typeof setTimeout> | undefined;
  private paused = false;
  private closed = false;
  private recount: ReturnType<typeof setTimeout> | undefined;
  /** The newest load: one that it overtook answers as it does. */
  private newest: Promise<string | null> = Promise.resolve(null);
  private loads = 0;
  /** Cards that are kept whatever is loaded: something is open of them. */
  private kept: ReadonlySet<board.Id> = new Set();
  /** Which cards, in which order. */
  private asked: Asked = { filter: NO_FILTER, order: 'ATTENTION' };
  private askSoon: ReturnType<typeof setTimeout> | undefined;
  private readonly loadingPages = new Map<board.Id, Promise<void>>();
  /** Moves that are not answered. */
  private readonly sending = new Map<board.Id, Promise<void>>();

  constructor(
    private readonly api: ApiClient,
    private readonly live: Live,
    private readonly jobId: board.Id,
    private readonly viewerId: board.Id,
    private readonly outcomes: Outcomes,
  ) {}

  readonly subscribe = (listener: Listener): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly state = (): BoardView => this.view;

  /** Begin; the returned function ends everything but moves that are under way. */
  open(): () => void {
    this.closed = false;
    void this.load();
    return () => {
      this.closed = true;
      this.unfollow?.();
      this.unfollow = null;
      clearTimeout(this.askSoon);
      clearTimeout(this.recount);
      this.recount = undefined;
      clearTimeout(this.delay);
      this.delay = undefined;
      clearTimeout(this.fading);
      this.fading = undefined;
      cancelAnimationFrame(this.frame);
    };
  }

  /** Show other cards, or in another order. What is loaded is filtered at once, the rest follows. */
  ask(filter: Filter, order: BoardOrder): void {
    const before = this.asked;
    if (inputKey(before) === inputKey({ filter, order })) return;
    this.asked = { filter, order };
    clearTimeout(this.askSoon);
    if (this.closed) return;
    this.change({ asking: true });
    this.askSoon = setTimeout(() => void this.load(), filter.text === before.filter.text ? 0 : TYPED_MS);
  }

  /** Keep these cards, of which something is open, although a filter does not find them. */
  keep(ids: readonly board.Id[]): void {
    this.kept = new Set(ids);
  }

  /** Reload, without losing moves under way. Returns the cursor of what was loaded. */
  load(): Promise<string | null> {
    clearTimeout(this.askSoon);
    this.newest = this.loadAsked();
    return this.newest;
  }

  private async loadAsked(): Promise<string | null> {
    const since = this.begin();
    const { asked, waiting } = this;
    const waited = waiting.length;
    this.loads += 1;
    const load = this.loads;
    const overtaken = () => (load !== this.loads ? this.newest : asked !== this.asked ? this.load() : null);
    try {
      const { data, problems } = await this.api.send(BoardDocument, this.variables());
      if (this.closed) return null;
      const other = overtaken();
      if (other) return await other;
      if (!data.board) {
        const [problem] = problems;
        return this.fail(
          problem?.message ?? 'The board cannot be shown',
          problem?.code ?? 'INTERNAL',
          problem?.traceId,
        );
      }
      // What was held back until then is part of what was loaded.
      if (this.waiting === waiting) this.waiting = waiting.slice(waited);
      const columns = data.board.columns.map(loadedColumn);
      const next = board.receivedAll(board.loaded(this.view.board, columns, this.kept), since);
      const { asking } = this.view;
      const held = this.paused ? this.waiting.length : null;
      this.change({ board: next, job: data.board.job, problem: null, asking: false, held }, this.view.job === null);
      this.loadingPages.clear();
      if (asking && isActive(asked.filter)) {
        this.outcomes.onFound(columns.reduce((sum, { found }) => sum + found, 0));
      }
      if (since.length > 0) this.recountSoon(); // its counts may be older than these changes, or as new
      if (this.unfollow === null) {
        this.unfollow = this.follow(data.cursor);
        // Just started, the gateway does not know its place in the stream: what happened since may be missing.
        if (data.cursor === null) setTimeout(() => void this.load(), RECOUNT_AFTER_MS);
      }
      return data.cursor;
    } catch (problem) {
      if (this.closed) return null;
      const other = overtaken();
      if (other) return await other;
      if (problem instanceof ApiError) return this.fail(problem.message, problem.code, problem.traceId);
      if (!(problem instanceof Unreachable)) throw problem;
      return this.fail(problem.message, 'UNREACHABLE', null);
    } finally {
      this.meanwhile.delete(since);
    }
  }

  /** Load the next page of a column, if there is one and it is not on its way. */
  loadMore(stageId: board.Id): Promise<void> {
    const after = this.view.board.next.get(stageId);
    // What is asked for has other pages.
    if (!after || this.view.asking) return Promise.resolve();
    const known = this.loadingPages.get(stageId);
    if (known) return known;
    const loading = this.loadPage(stageId, after).finally(() => {
      if (this.loadingPages.get(stageId) === loading) this.loadingPages.delete(stageId);
    });
    this.loadingPages.set(stageId, loading);
    return loading;
  }

  /** Load all cards, so that a filter finds every one. */
  async loadAll(): Promise<void> {
    for (;;) {
      const open = [...this.view.board.next].filter(([, next]) => next !== null).map(([stage]) => stage);
      if (open.length === 0 || this.closed) return;
      const before = this.view.board.next;
      for (const stage of open) await this.loadMore(stage);
      if (this.view.board.next === before) return; // the server does not answer: scrolling will try again
    }
  }

  /** Move a card; it is shown there at once. `seen`: where it was when the viewer took it. */
  move(id: board.Id, to: board.Id, seen?: board.Id): void {
    this.start(id, (b) => board.begun(b, id, to, crypto.randomUUID(), seen));
  }

  /** Settle a disagreement with the ATS, for the stage it is in here or for the ATS's. */
  resolve(id: board.Id, to: board.Id): void {
    this.start(id, (b) => board.resolved(b, id, to, crypto.randomUUID()));
  }

  /** End an application; its card is gone at once. */
  end(id: board.Id, closing: board.Closing): void {
    const card = this.view.board.cards.get(id);
    if (!card || this.view.board.closings.has(id)) return;
    const key = crypto.randomUUID();
    this.update((b) => board.ended(b, id, key));
    void this.sendClosing(card, key, closing);
  }

  /** Leave an application as the ATS has it, which refused what was done. */
  async accept(id: board.Id): Promise<void> {
    try {
      const { data, problems } = await this.api.send(AcceptAtsState, { input: { applicationId: id } });
      const result = data.acceptAtsState;
      if (!result) throw new ApiError(problems);
      if (result.__typename !== 'ApplicationChanged') throw new Refused(wordsOf(result));
      this.update((b) => board.changed(b, id, decidedOf(result.application)));
    } catch (problem) {
      this.outcomes.onNotAccepted(problem instanceof Refused ? problem.message : reasonOf(problem));
    }
  }

  leave(id: board.Id): void {
    this.update((b) => board.left(b, id));
  }

  sortAgain(): void {
    this.update((b) => board.sortedAgain(b, this.asked.order));
  }

  /** Hold others' changes back, or let them in. */
  pause(paused: boolean): void {
    this.paused = paused;
    this.change({ held: paused ? this.waiting.length : null });
    if (!paused) this.schedule();
  }

  /** Show a move, and send it, unless one is under way that it goes on. */
  private start(id: board.Id, step: (current: board.Board) => board.Board): void {
    const under = this.view.board.moves.has(id);
    this.update(step);
    const move = this.view.board.moves.get(id);
    if (!under && move) this.sendInTurn(id, move);
  }

  private sendInTurn(id: board.Id, move: board.OwnMove): void {
    const sent = this.send(id, move).finally(() => {
      if (this.sending.get(id) === sent) this.sending.delete(id);
    });
    this.sending.set(id, sent);
  }

  private variables() {
    return { job: this.jobId, filter: inputOf(this.asked.filter), order: this.asked.order };
  }

  private begin(): board.Change[] {
    const since: board.Change[] = [];
    this.meanwhile.add(since);
    return since;
  }

  private async loadPage(stageId: board.Id, after: string): Promise<void> {
    const since = this.begin();
    const { asked } = this;
    try {
      const { data } = await this.api.send(MoreCards, { ...this.variables(), stage: stageId, after });
      const column = data.board?.columns[0];
      if (!column || this.closed || asked !== this.asked) return;
      // It was loaded anew meanwhile, from its beginning.
      if (this.view.board.next.get(stageId) !== after) return;
      const { nodes, pageInfo } = column.cards;
      const next = pageInfo.hasNextPage ? pageInfo.endCursor : null;
      this.update(
        (b) => board.receivedAll(board.extended(b, stageId, nodes, { ...column, late: column }, next), since),
        false,
      );
      if (since.length > 0) this.recountSoon();
    } catch (problem) {
      if (!(problem instanceof ApiError || problem instanceof Unreachable)) throw problem;
    } finally {
      this.meanwhile.delete(since);
    }
  }

  private async send(id: board.Id, move: board.OwnMove): Promise<void> {
    const input = {
      applicationId: id,
      fromStageId: move.from,
      toStageId: move.to,
      atsStageId: move.ats,
      idempotencyKey: move.key,
    };
    const ask = async () => {
      const { data, problems } = await this.api.send(MoveApplication, { input });
      if (!data.moveApplication) throw new ApiError(problems);
      return data.moveApplication;
    };
    try {
      const result = await this.answer(move.key, ask, () => this.update((b) => board.unanswered(b, id, move.key)));
      this.decided(id, move, result);
    } catch (problem) {
      this.refuse(id, move.key, reasonOf(problem));
    }
  }

  private async sendClosing(card: board.Card, key: string, closing: board.Closing): Promise<void> {
    const { applicationId: id, personName: name } = card;
    const ask = async () => {
      // A move of the card goes first.
      await this.sending.get(id);
      const { by, reasonId, note, mail } = closing;
      const stageId = this.view.board.cards.get(id)?.stageId ?? card.stageId;
      const input = { applicationId: id, stageId, reasonId, note: note || null, idempotencyKey: key };
      return by === 'PERSON' ? this.withdraw(input) : this.reject({ ...input, mail: board.mailInput(mail) });
    };
    try {
      const result = await this.answer(key, ask);
      switch (result.__typename) {
        case 'ApplicationChanged':
          this.update((b) => board.endingDecided(b, id, key, decidedOf(result.application), null));
          // An answer that came late may say that the ATS has refused it: the card does.
          if (result.application.status === 'ACTIVE') return;
          this.outcomes.onEnded(name, closing, () => void this.reopen(card));
          return;
        case 'StageConflict': {
          const by = result.changedBy?.name ?? null;
          this.update((b) => board.endingDecided(b, id, key, decidedOf(result.application), { by }));
          if (result.application.status === 'ACTIVE') this.outcomes.onConflict(name);
          else this.outcomes.onEndedByOthers(name, by);
          return;
        }
        default:
          throw new Refused(wordsOf(result));
      }
    } catch (problem) {
      this.update((b) => board.endingRefused(b, id, key));
      this.outcomes.onNotEnded(name, problem instanceof Refused ? problem.message : reasonOf(problem));
    }
  }

  private async reject(input: RejectApplicationInput): Promise<ChangeResult> {
    const { data, problems } = await this.api.send(RejectApplication, { input });
    if (!data.rejectApplication) throw new ApiError(problems);
    return data.rejectApplication;
  }

  private async withdraw(input: WithdrawApplicationInput): Promise<ChangeResult> {
    const { data, problems } = await this.api.send(WithdrawApplication, { input });
    if (!data.withdrawApplication) throw new ApiError(problems);
    return data.withdrawApplication;
  }

  /** Take back that an application was ended: its card is shown again at once. */
  private async reopen(card: board.Card): Promise<void> {
    const { applicationId: id, personName: name } = card;
    this.update((b) => board.restored(b, card));
    const key = crypto.randomUUID();
    const ask = async () => {
      const { data, problems } = await this.api.send(ReopenApplication, {
        input: { applicationId: id, idempotencyKey: key },
      });
      if (!data.reopenApplication) throw new ApiError(problems);
      return data.reopenApplication;
    };
    try {
      const result = await this.answer(key, ask);
      if (result.__typename === 'ApplicationChanged') {
        this.update((b) => board.changed(b, id, decidedOf(result.application)));
        this.outcomes.onReopened(name);
        return;
      }
      // Somebody has reopened it before: it is as the viewer wants it.
      if (result.__typename === 'StageConflict' && result.reason === 'REOPENED') {
        this.update((b) => board.changed(b, id, decidedOf(result.application)));
        return;
      }
      throw new Refused(wordsOf(result));
    } catch (problem) {
      this.update((b) => board.gone(b, id));
      this.outcomes.onNotReopened(name, problem instanceof Refused ? problem.message : reasonOf(problem));
    }
  }

  /** Send until there is an answer: under its key a repetition is harmless. Failures that stay are thrown. */
  private async answer<Result>(key: string, ask: () => Promise<Result>, unanswered?: () => void): Promise<Result> {
    this.outcomes.onSent(key);
    try {
      await drawn();
      for (let attempt = 0; ; attempt += 1) {
        try {
          return await ask();
        } catch (problem) {
          if (!isPassing(problem)) throw problem;
          unanswered?.();
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS[attempt] ?? RETRY_MS.at(-1)));
        }
      }
    } finally {
      this.outcomes.onAnswered(key);
    }
  }

  private decided(id: board.Id, move: board.OwnMove, result: MoveResult): void {
    const name = this.nameOf(id);
    switch (result.__typename) {
      case 'MoveApplicationSuccess': {
        const decided = decidedOf(result.application);
        this.update((b) => board.accepted(b, id, move.key, decided, crypto.randomUUID()));
        const next = this.view.board.moves.get(id);
        if (next) {
          this.sendInTurn(id, next);
          return;
        }
        if (isActive(this.asked.filter)) this.recountSoon();
        const stage = this.view.board.stages.find((s) => s.id === decided.stageId);
        if (stage && move.from === move.to) this.outcomes.onKept(name, stage.name);
        else if (stage) this.outcomes.onMoved(name, stage.name, board.countOf(this.view.board, stage.id));
        else void this.load(); // a retired stage, which the board shows once it holds a card
        return;
      }
      case 'StageConflict': {
        const by = this.view.board.deferred.get(id)?.by ?? this.view.board.touched.get(id)?.by ?? null;
        this.update((b) => board.conflicted(b, id, move.key, decidedOf(result.application), by));
        if (this.view.board.refusals.has(id)) this.outcomes.onRefused(name, board.MOVED_ON, true);
        else if (this.view.board.conflicts.get(id)?.kept) this.outcomes.onKeptByOthers(name);
        else if (this.view.board.conflicts.has(id)) this.outcomes.onConflict(name);
        return;
      }
      default:
        this.refuse(id, move.key, wordsOf(result));
    }
  }

  private refuse(id: board.Id, key: string, message: string): void {
    const name = this.nameOf(id);
    this.update((b) => board.refused(b, id, key, message));
    this.outcomes.onRefused(name, message, this.view.board.refusals.has(id));
  }

  private nameOf(id: board.Id): string {
    return this.view.board.cards.get(id)?.personName ?? '';
  }

  private follow(cursor: string | null): () => void {
    return this.live.follow(BoardChanged, { job: this.jobId }, cursor, (result) => result.boardChanged, {
      onChange: (change) => this.arrived(change),
      onGap: () => {
        // Older than what is loaded now.
        this.waiting = [];
        return this.load();
      },
      onRefused: (code) => void this.fail('You may not see this board any more', code, null),
    });
  }

  private arrived(change: BoardChangedSubscription['boardChanged']): void {
    const user = change.actor.user;
    const mine = user?.id === this.viewerId;
    this.lastCame = performance.now();
    if (this.waiting.length === 0) this.firstCame = this.lastCame;
    this.waiting.push({
      applicationId: change.applicationId,
      version: change.version,
      card: change.card,
      by: mine || change.__typename === 'ApplicationSyncChanged' ? null : (user?.name ?? null),
      at: Date.now(),
    });
    if (this.paused) this.change({ held: this.waiting.length });
    else this.schedule();
  }

  /** Apply what waits: the first change in the next frame, those that follow closely together. */
  private schedule(wait = this.together - performance.now()): void {
    if (this.delay !== undefined) return;
    this.delay = setTimeout(
      () => {
        this.delay = undefined;
        if (this.isFlooded()) return this.schedule(TOGETHER_MS);
        // A hidden page has no frames and needs none.
        cancelAnimationFrame(this.frame);
        this.frame = requestAnimationFrame(() => this.apply());
      },
      Math.max(0, wait),
    );
  }

  /** Whether many wait and more are on their way, though not for long yet. */
  private isFlooded(): boolean {
    const now = performance.now();
    return this.waiting.length > FLOOD && now - this.lastCame < TOGETHER_MS && now - this.firstCame < FLOOD_MS;
  }

  private apply(): void {
    if (this.paused) return;
    const changes = this.waiting;
    this.together = performance.now() + TOGETHER_MS;
    this.waiting = [];
    const filtered = isActive(this.asked.filter);
    if (filtered || changes.some((change) => board.isUnknown(this.view.board, change))) this.recountSoon();
    for (const { by } of changes) if (by !== null) this.outcomes.onOthersChange();
    for (const since of this.meanwhile) since.push(...changes);
    this.change({ board: board.receivedAll(this.view.board, changes) }, false);
    this.fade();
  }

  /** Whose change it was is shown for a moment. */
  private fade(): void {
    if (this.view.board.touched.size === 0) return;
    this.fading ??= setTimeout(() => {
      this.fading = undefined;
      this.update((b) => board.faded(b, Date.now() - TOUCH_SHOWN_MS), false);
      this.fade();
    }, TOUCH_SHOWN_MS / 2);
  }

  /** A card that is not loaded came, went or moved: only the server knows how many there are now. */
  private recountSoon(): void {
    this.recount ??= setTimeout(async () => {
      this.recount = undefined;
      const since = this.begin();
      try {
        const { asked } = this;
        const { data } = await this.api.send(BoardCounts, { job: this.jobId, filter: inputOf(asked.filter) });
        if (this.closed || asked !== this.asked) return;
        const columns = data.board?.columns;
        if (since.length > 0) this.recountSoon();
        else if (columns) {
          const counts = new Map(columns.map((column) => [column.stage.id, { ...column, late: column }]));
          this.update((b) => board.counted(b, counts), false);
        }
      } catch (problem) {
        if (!(problem instanceof ApiError || problem instanceof Unreachable)) throw problem;
      } finally {
        this.meanwhile.delete(since);
      }
    }, RECOUNT_AFTER_MS);
  }

  private fail(message: string, code: string, traceId: string | null | undefined): null {
    this.change({ problem: { message, code, traceId: traceId ?? null }, asking: false });
    return null;
  }

  private update(step: (current: board.Board) => board.Board, mine = true): void {
    const next = step(this.view.board);
    if (next !== this.view.board) this.change({ board: next }, mine);
  }

  private change(changed: Partial<BoardView>, mine = true): void {
    this.view = { ...this.view, ...changed };
    for (const listener of this.listeners) listener(this.view, mine);
  }
}

/** After the next frame: to send takes as long as to draw it. A hidden page has none. */
function drawn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, TOGETHER_MS);
    requestAnimationFrame(() => setTimeout(resolve));
  });
}

/** A failure that may pass: the same is asked again. */
function isPassing(problem: unknown): boolean {
  return (
    problem instanceof Unreachable ||
    (problem instanceof ApiError && ['UNAVAILABLE', 'UNAUTHENTICATED', 'INTERNAL'].includes(problem.code))
  );
}

/** The server's refusal, in its words. */
class Refused extends Error {}

function wordsOf(refusal: { readonly message?: string; readonly problems?: readonly { readonly message: string }[] }) {
  const problems = refusal.problems?.map(({ message }) => message) ?? [];
  return [refusal.message, ...problems].filter(Boolean).join(' ');
}

type MoveResult = MoveApplicationMutation['moveApplication'];
type ChangeResult = NonNullable<RejectApplicationMutation['rejectApplication']>;

function decidedOf(application: MovedApplicationFragment): board.Decided {
  return {
    stageId: application.stage.id,
    version: application.version,
    active: application.status === 'ACTIVE',
    stageEnteredAt: application.stageEnteredAt,
    sync: application.sync.state,
    atsStageId: application.sync.atsStage?.id ?? null,
    syncReason: application.sync.reason,
    refusedAction: application.sync.refusedAction,
  };
}

/** The same for what finds the same. */
function inputKey({ filter, order }: Asked): string {
  return JSON.stringify([inputOf(filter), order]);
}

function loadedColumn(column: Loaded['columns'][number]): board.LoadedColumn {
  const { nodes, pageInfo } = column.cards;
  return {
    stage: column.stage,
    count: column.count,
    found: column.found,
    medianDays: column.medianDays,
    late: column,
    cards: nodes,
    next: pageInfo.hasNextPage ? pageInfo.endCursor : null,
  };
}
