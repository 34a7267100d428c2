import { Link, useNavigate, useParams, useRouter, useSearch } from '@tanstack/react-router';
import { Columns3, List, Pause, Play } from 'lucide-react';
import {
  Fragment,
  memo,
  Suspense,
  startTransition,
  useCallback,
  useDeferredValue,
  useEffect,
  useMemo,
  useOptimistic,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { useServices } from '../api/context';
import { type Ats, syncedOf, useJobAts } from '../jobs/ats';
import { JobBar, NoSuchJob } from '../jobs/parts';
import { between, Drawer, preloadDrawer } from '../people/parts';
import { RequestReviewLink } from '../reviews/parts';
import { loadPreferences, subscribePreferences } from '../settings/preferences';
import { announce, announceOthers } from '../shell/announcer';
import { usePageKeys } from '../shell/keys';
import { Page } from '../shell/page';
import { toast, toastFailure } from '../shell/toasts';
import { saved, unsaved } from '../shell/unsaved';
import { useViewer } from '../shell/viewer';
import { Avatar } from '../ui/avatar';
import { Button } from '../ui/button';
import { firstName, isolated } from '../ui/names';
import { Failure, Skeleton } from '../ui/region';
import { Status } from '../ui/status';
import { useFocusAfterClose } from '../ui/use-focus-after-close';
import { useNarrow } from '../ui/use-narrow';
import { type Card, columnOf, countOf, shownStage } from './board';
import { BulkBar } from './bulk-later';
import type { CardActions } from './card';
import { cardsOf, NONE, toggled } from './chosen';
import { CloseDialog } from './close-later';
import type { Focus } from './column';
import { type ColumnViews, foundOf, NO_COLUMNS } from './column-views';
import { Columns, useColumnViews } from './columns';
import { BoardController, type BoardJob, type BoardView } from './controller';
import { type Filter, isActive, shown } from './filter';
import { FilterBar } from './filter-bar';
import { focusRowOf, ListView } from './list';
import { placeOf, stageOf, useLostFocus } from './lost-focus';
import { mailSaid } from './mail-said';
import type { Outcome } from './outcome-dialogs';
import { OutcomeDialog } from './outcome-later';
import styles from './screen.module.css';
import { type BoardSearch, filterOf } from './search';
import { useBoardView } from './use-board-view';

const NOBODY: readonly Card[] = [];

/** What is asked for an outcome, of an application as the viewer saw it: what becomes of its card changes nothing. */
interface GoingOn {
  readonly id: string;
  readonly outcome: Outcome;
  readonly name: string;
  readonly stage: string;
}

export function BoardScreen() {
  const { job } = useParams({ from: '/jobs/$job/board' });
  return <JobBoard key={job} jobId={job} />;
}

function JobBoard({ jobId }: { readonly jobId: string }) {
  const search = useSearch({ from: '/jobs/$job/board' });
  const navigate = useNavigate({ from: '/jobs/$job/board' });
  const { api, live } = useServices();
  const viewer = useViewer();
  const preferences = useSyncExternalStore(subscribePreferences, loadPreferences);
  const narrow = useNarrow();
  const [focus, setFocus] = useState<Focus>({ id: null, wanted: 0 });
  /** The card whose application is to end. */
  const [ending, setEnding] = useState<string | null>(null);
  /** The card whose application is to go well, and how. */
  const [goingOn, setGoingOn] = useState<GoingOn | null>(null);

  const controller = useMemo(
    () =>
      new BoardController(api, live, jobId, viewer.id, {
        onMoved: (name, stage, count) => announce(`${name} moved to ${stage}, ${count} in the column`),
        onRefused: (name, message, shown) => (shown ? announce : toastFailure)(`${name} was not moved: ${message}`),
        onKept: (name, stage) => announce(`${name} stays in ${stage}, and the ATS is told`),
        onConflict: (name) => announce(`${name} was moved by somebody else meanwhile. The card says where to.`),
        onKeptByOthers: (name) => announce(`${name} was left in this stage meanwhile. The card says so.`),
        onEnded: (name, closing, undo) => {
          const said = closing.by === 'PERSON' ? `${isolated(name)} withdrew` : `${isolated(name)} is rejected`;
          toast(`${said}: ${isolated(closing.reason)}${mailSaid(closing)}`, undo);
          announce(said);
        },
        onEndedByOthers: (name, by) =>
          toastFailure(
            `${isolated(name)} was closed meanwhile${by ? `, by ${isolated(by)}` : ''}. Nothing was changed.`,
          ),
        onNotEnded: (name, message) => toastFailure(`The application of ${isolated(name)} was not ended: ${message}`),
        onReopened: (name) => announce(`${name} is back on the board`),
        onNotReopened: (name, message) => toastFailure(`${isolated(name)} was not taken back: ${message}`),
        onNotAccepted: toastFailure,
        onFound: (count) => announce(count === 1 ? '1 card fits the filter' : `${count} cards fit the filter`),
        onSent: unsaved,
        onAnswered: saved,
        onOthersChange: () => {
          if (loadPreferences().announceOthers) announceOthers();
        },
      }),
    [api, live, jobId, viewer.id],
  );
  const view = useBoardView(controller);
  const ats = useJobAts(jobId);
  const newest = useRef(ats);
  newest.current = ats;
  const { board } = view;

  // A letter is shown before the cards that it leaves: they may be thousands.
  const { q, source, origin, member, flag, quiet } = search;
  const typed = useMemo(
    () => filterOf({ q, source, origin, member, flag, quiet }),
    [q, source, origin, member, flag, quiet],
  );
  const filter = useDeferredValue(typed);
  const order = search.order === 'time' ? 'TIME_IN_STAGE' : 'ATTENTION';
  useEffect(() => controller.ask(typed, order), [controller, typed, order]);
  useEffect(() => controller.open(), [controller]);
  // What is open of a column's pages is known once the board is loaded, and again after each reload.
  const incomplete = !view.asking && [...board.next.values()].some((next) => next !== null);
  useEffect(() => {
    if (incomplete && search.view === 'list') void controller.loadAll();
  }, [controller, incomplete, search.view]);
  useEffect(
    () => controller.keep([search.open, ending].filter((id) => typeof id === 'string')),
    [controller, search.open, ending],
  );

  const setSearch = useCallback(
    (changed: Partial<typeof search>, replace = true) =>
      navigate({
        search: (old) => ({ ...old, ...changed }),
        replace,
        // The columns stay as they were scrolled, whatever is opened or filtered.
        resetScroll: false,
      }),
    [navigate],
  );
  const changeFilter = useCallback((changed: BoardSearch) => void setSearch(changed), [setSearch]);
  // The router's links work out where they are each time they are drawn: not for every card that moves.
  const act = useMemo(() => <RequestReviewLink job={jobId} />, [jobId]);
  // What is opened or closed is drawn at once: the address takes its time.
  const [open, setOpen] = useOptimistic(search.open);
  const show = useCallback(
    (changed: Pick<BoardSearch, 'open' | 'tab'>, replace = true) =>
      startTransition(async () => {
        setOpen(changed.open);
        await setSearch(changed, replace);
      }),
    [setOpen, setSearch],
  );

  /** The cards that are acted on together. */
  const [chosen, setChosen] = useState(NONE);
  const [bulkIsOpen, setBulkIsOpen] = useState(false);
  const lastChosen = useRef<string | null>(null);
  /** One of them, or as far as the one before among these. */
  const choose = useCallback((id: string, among: readonly string[] | null) => {
    const range = among === null ? [id] : between(among, lastChosen.current, id);
    setChosen((old) => toggled(old, range, among !== null || !old.has(id)));
    lastChosen.current = id;
  }, []);
  const chooseNobody = useCallback(() => setChosen(NONE), []);
  const shownColumns = useRef<ColumnViews>(NO_COLUMNS);

  const actions: CardActions = useMemo(
    () => ({
      move: (id, to, seen) => {
        controller.move(id, to, seen);
        setFocus((old) => ({ id, wanted: old.wanted + 1 }));
      },
      resolve: (id, to) => {
        controller.resolve(id, to);
        setFocus((old) => ({ id, wanted: old.wanted + 1 }));
      },
      leave: (id) => controller.leave(id),
      end: setEnding,
      goOn: (id, outcome) => {
        const card = controller.state().board.cards.get(id);
        if (card) setGoingOn({ id, outcome, name: card.personName, stage: card.stageId });
      },
      accept: (id) => void controller.accept(id),
      choose: (id, range) => {
        const { stage } = placeOf(shownColumns.current, id) ?? {};
        const column = shownColumns.current.get(stage ?? '')?.cards ?? NOBODY;
        choose(id, range ? column.map((card) => card.applicationId) : null);
      },
      open: (id) => show({ open: id }, false),
      focused: (id) => setFocus((old) => (old.id === id ? old : { ...old, id })),
      count: (stageId) => countOf(controller.state().board, stageId),
      synced: ({ sync, lastSyncedAt }) =>
        (sync === 'SYNCED' && newest.current && syncedOf(newest.current, lastSyncedAt, Date.now())?.words) || '',
    }),
    [controller, show, choose],
  );
  const address = useCardAddress(jobId, search);
  const more = useCallback((stageId: string) => void controller.loadMore(stageId), [controller]);
  const sortAgain = useCallback(() => controller.sortAgain(), [controller]);

  const tab = narrow ? (search.stage ?? board.stages[0]?.id) : undefined;
  const shownStages = useMemo(
    () => (tab === undefined ? board.stages : board.stages.filter(({ id }) => id === tab)),
    [board.stages, tab],
  );
  const columns = useColumnViews(board, shownStages, filter);
  // A range is one of the cards that are shown when it is chosen.
  shownColumns.current = columns;
  // Tab has to reach one card, whichever it is, of those that can be seen.
  const shownFocus = stageOf(columns, focus.id) !== null;
  const first = [...columns.values()].find(({ cards }) => cards.length > 0)?.cards[0]?.applicationId ?? null;
  const reachable: Focus = useMemo(() => (shownFocus ? focus : { id: first, wanted: 0 }), [shownFocus, focus, first]);
  const canMove = view.job?.viewerCan.moveApplications ?? false;
  const canEnd = view.job?.viewerCan.closeApplications ?? false;
  const outcomes = useMemo(() => outcomesOf(view.job), [view.job]);
  useBoardKeys(
    controller,
    shownStages,
    columns,
    reachable.id,
    setFocus,
    canMove,
    canEnd ? setEnding : null,
    outcomes,
    actions.goOn,
    canMove || canEnd ? actions.choose : null,
    search.view === 'list',
    () => setSearch({ view: search.view === 'list' ? undefined : 'list' }),
  );

  useEffect(() => {
    if (view.job) preloadDrawer();
  }, [view.job]);
  const focusCard = useCallback((id: string) => setFocus((old) => ({ id, wanted: old.wanted + 1 })), []);
  const lostFocus = useLostFocus(columns, focus.id, focusCard);
  useFocusAfterClose(open, search.view === 'list' ? focusRowOf : focusCard);
  const drawer =
    open === undefined ? null : (
      <Suspense>
        <CardDrawer
          open={open}
          tab={search.tab}
          board={board}
          filter={filter}
          controller={controller}
          onTab={(tab) => void setSearch({ tab })}
          onGo={(id) => show({ open: id })}
          onEnd={setEnding}
          onClose={() => show({ open: undefined, tab: undefined })}
        />
      </Suspense>
    );

  const endingCard = ending === null ? undefined : board.cards.get(ending);
  const dialog = endingCard ? (
    <Suspense>
      <CloseDialog
        name={endingCard.personName}
        applicationIds={[endingCard.applicationId]}
        onEnd={(closing) => controller.end(endingCard.applicationId, closing)}
        onClose={() => setEnding(null)}
      />
    </Suspense>
  ) : null;

  const outcomeDialog = goingOn ? (
    <Suspense>
      <OutcomeDialog
        outcome={goingOn.outcome}
        name={goingOn.name}
        application={goingOn.id}
        stage={goingOn.stage}
        job={jobId}
        onClose={() => setGoingOn(null)}
      />
    </Suspense>
  ) : null;

  const chosenCards = useMemo(() => cardsOf(board, chosen), [board, chosen]);
  const stages = view.job?.stages ?? board.stages;
  const title = view.job?.title ?? 'Board';
  if (view.problem && !view.job) {
    return (
      <Page title={title}>
        {view.problem.code === 'NOT_FOUND' || view.problem.code === 'INVALID_ID' ? (
          <NoSuchJob />
        ) : (
          <Failure
            what="The board cannot be shown"
            reason={view.problem.message}
            traceId={view.problem.traceId}
            onRetry={() => void controller.load()}
          />
        )}
      </Page>
    );
  }
  return (
    <Page title={title} fixed act={act} beside={SWITCHER}>
      {dialog}
      {outcomeDialog}
      {view.job ? <About job={view.job} ats={ats} /> : null}
      {view.problem ? (
        <div className={styles.problem} role="alert">
          <Status shape="bad" large>
            {`What you see may be old: ${view.problem.message}`}
          </Status>
          <Button small onClick={() => void controller.load()}>
            Try again
          </Button>
        </div>
      ) : null}
      <div className={styles.filters}>
        <FilterBar job={jobId} search={search} filter={typed} onChange={changeFilter} />
        <span className={styles.push} />
        <Button look="quiet" small onClick={() => controller.pause(view.held === null)}>
          {view.held === null ? <Pause /> : <Play />}
          {view.held === null ? 'Pause live' : view.held === 0 ? 'Go on' : `${view.held} changes waiting · Go on`}
        </Button>
      </div>
      {view.job === null ? (
        <Skeleton rows={8} label="Loading the board" />
      ) : search.view === 'list' ? (
        <div className={styles.stand}>
          <ListView
            board={board}
            filter={filter}
            open={open}
            density={preferences.density}
            chosen={chosen}
            onChoose={canMove || canEnd ? choose : null}
          />
          {drawer}
        </div>
      ) : (
        <>
          {narrow ? (
            <div className={styles.stages} role="tablist" aria-label="Stages">
              {board.stages.map((stage) => (
                <button
                  key={stage.id}
                  type="button"
                  role="tab"
                  aria-selected={tab === stage.id}
                  onClick={() => setSearch({ stage: stage.id })}
                >
                  <bdi>{stage.name}</bdi>{' '}
                  <span>
                    {isActive(filter)
                      ? foundOf(board, stage.id, shown(filter, columnOf(board, stage.id)).length)
                      : countOf(board, stage.id)}
                  </span>
                </button>
              ))}
            </div>
          ) : null}
          <div className={styles.stand}>
            <Columns
              shown={shownStages}
              views={columns}
              asking={view.asking}
              stages={stages}
              filter={filter}
              focus={reachable}
              lostFocus={lostFocus}
              open={open}
              chosen={chosen}
              address={address}
              density={preferences.density}
              canMove={canMove}
              canEnd={canEnd}
              outcomes={outcomes}
              actions={actions}
              onMore={more}
              onSortAgain={sortAgain}
              foldable={!narrow}
            />
            {drawer}
          </div>
        </>
      )}
      {chosenCards.length > 0 || bulkIsOpen ? (
        <Suspense>
          <BulkBar
            cards={chosenCards}
            hidden={chosenCards.length - shown(filter, chosenCards).length}
            stages={stages}
            canMove={canMove}
            canEnd={canEnd}
            onNobody={chooseNobody}
            onOpen={setBulkIsOpen}
          />
        </Suspense>
      ) : null}
    </Page>
  );
}

/** Where a card is open, up to its id: the same for all, so that none is drawn anew for it. */
function useCardAddress(job: string, at: BoardSearch): string {
  const router = useRouter();
  return useMemo(() => {
    const { open: _, ...search } = at;
    return router.buildLocation({ to: '/jobs/$job/board', params: { job }, search: { ...search, open: '' } }).href;
  }, [router, job, at]);
}

interface CardDrawerProps {
  readonly open: string;
  readonly tab: BoardSearch['tab'];
  readonly board: BoardView['board'];
  readonly filter: Filter;
  readonly controller: BoardController;
  readonly onTab: (tab: BoardSearch['tab']) => void;
  readonly onGo: (application: string) => void;
  readonly onEnd: (application: string) => void;
  readonly onClose: () => void;
}

/** The candidate of the open card; `j` and `k` go through its column, as the filter shows it. */
function CardDrawer({ open, tab, board, filter, controller, onTab, onGo, onEnd, onClose }: CardDrawerProps) {
  const card = board.cards.get(open);
  const stageId = card ? shownStage(board, open) : null;
  const stage = board.stages.find((each) => each.id === stageId);
  const column = stage ? shown(filter, columnOf(board, stage.id)) : [];
  const at = column.findIndex((each) => each.applicationId === open);
  useEffect(() => {
    const shown = document.querySelector(`[data-card="${CSS.escape(open)}"], [data-row="${CSS.escape(open)}"]`);
    shown?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [open]);
  return (
    <Drawer
      application={open}
      known={card && { name: card.personName, title: card.personTitle, company: card.personCompany }}
      person={card?.person?.id}
      place={
        stage && at >= 0
          ? {
              at: at + 1,
              of: isActive(filter) ? foundOf(board, stage.id, column.length) : countOf(board, stage.id),
              name: stage.name,
            }
          : undefined
      }
      previous={column[at - 1]?.applicationId}
      next={at < 0 ? undefined : column[at + 1]?.applicationId}
      tab={tab}
      onTab={onTab}
      onGo={onGo}
      onClose={onClose}
      board={
        stageId === null || !card
          ? undefined
          : {
              applicationId: open,
              stageId,
              saving: board.moves.has(open),
              card,
              refusal: board.refusals.get(open),
              resolve: (to) => controller.resolve(open, to),
              counts: (id) => countOf(board, id),
              move: (to) => controller.move(open, to),
              end: () => onEnd(open),
              accept: () => void controller.accept(open),
            }
      }
    />
  );
}

const SWITCHER = (
  <nav className={styles.switcher} aria-label="View">
    <Link from="/jobs/$job/board" search={({ view: _, ...rest }) => rest} replace activeOptions={{ exact: true }}>
      <Columns3 aria-hidden="true" />
      Board
    </Link>
    <Link
      from="/jobs/$job/board"
      search={(old) => ({ ...old, view: 'list' as const })}
      replace
      activeOptions={{ exact: true }}
    >
      <List aria-hidden="true" />
      List
    </Link>
  </nav>
);

interface AboutProps {
  readonly job: BoardJob;
  readonly ats: Ats | null;
}

const About = memo(function About({ job, ats }: AboutProps) {
  const members = [...new Map(job.team.map((member) => [member.user.id, member])).values()];
  const manager =
    members.find((member) => member.role === 'HIRING_MANAGER' && member.responsible) ??
    members.find((member) => member.role === 'HIRING_MANAGER');
  const others = members.filter((member) => member !== manager);
  const synced = ats && syncedOf(ats, null, Date.now());
  return (
    <JobBar job={job.id}>
      <div className={styles.facts}>
        <span>
          <strong>{job.activeApplications}</strong> active
        </span>
        {job.openings > 0 ? (
          <span>
            <strong>
              {job.openingsFilled} of {job.openings}
            </strong>{' '}
            {job.openings === 1 ? 'seat' : 'seats'} filled
          </span>
        ) : null}
        {manager ? (
          <span className={styles.team} title={members.map((member) => member.user.name).join(', ')}>
            <span>
              {[manager, ...others].slice(0, 3).map((member) => (
                <Avatar key={member.user.id} name={member.user.name} />
              ))}
            </span>
            <span>
              <strong dir="auto">{firstName(manager.user.name)}</strong> hiring manager
              {others.slice(0, 2).map((member) => (
                <Fragment key={member.user.id}>
                  , <bdi>{firstName(member.user.name)}</bdi>
                </Fragment>
              ))}
            </span>
          </span>
        ) : null}
        {synced ? <Status shape={synced.stale ? 'warn' : 'good'}>{synced.words}</Status> : null}
      </div>
    </JobBar>
  );
});

/** How the viewer may let applications for a job go well. */
function outcomesOf(job: BoardJob | null): readonly Outcome[] {
  if (!job) return [];
  return [
    ...(job.viewerCan.hire ? ['HIRE' as const] : []),
    ...(job.viewerCan.transferApplications ? ['TRANSFER' as const] : []),
  ];
}

const OUTCOME_KEYS: Record<Outcome, { readonly key: string; readonly name: string }> = {
  HIRE: { key: 'h', name: 'Hire…' },
  TRANSFER: { key: 't', name: 'To another job…' },
};

/** Arrows go from card to card and from column to column; letters act on the card with the focus. */
function useBoardKeys(
  controller: BoardController,
  stages: BoardView['board']['stages'],
  columns: ColumnViews,
  id: string | null,
  setFocus: (change: (old: Focus) => Focus) => void,
  canMove: boolean,
  end: ((id: string) => void) | null,
  outcomes: readonly Outcome[],
  goOn: (id: string, outcome: Outcome) => void,
  choose: ((id: string, range: boolean) => void) | null,
  list: boolean,
  switchView: () => void,
): void {
  const go = (to: string | undefined) => {
    if (to !== undefined) setFocus((old) => ({ id: to, wanted: old.wanted + 1 }));
  };
  const place = () => {
    const { stage, row } = placeOf(columns, id) ?? { stage: '', row: -1 };
    const column = (columns.get(stage)?.cards ?? NOBODY).map((card) => card.applicationId);
    return { at: stages.findIndex((each) => each.id === stage), column, row };
  };
  const step = (by: number) => {
    const { column, row } = place();
    go(column[row + by]);
  };
  const side = (by: number) => {
    const { at, row } = place();
    for (let next = at + by; next >= 0 && next < stages.length; next += by) {
      const cards = columns.get(stages[next]?.id ?? '')?.cards ?? NOBODY;
      if (cards.length > 0) return go(cards[Math.min(Math.max(0, row), cards.length - 1)]?.applicationId);
    }
  };
  const shift = (by: number) => {
    // On a phone one column is shown, and the card goes on to one that is not.
    const { board } = controller.state();
    const at = board.stages.findIndex((stage) => stage.id === (id === null ? null : shownStage(board, id)));
    for (let next = at + by; next >= 0 && next < board.stages.length; next += by) {
      const stage = board.stages[next];
      if (stage?.acceptsMoves && id !== null) {
        controller.move(id, stage.id);
        return go(id);
      }
    }
  };
  const chooseStep = (by: number) => {
    const { column, row } = place();
    const to = column[row + by];
    if (id === null || to === undefined) return;
    choose?.(id, true);
    choose?.(to, true);
    go(to);
  };
  const menu = () => {
    const card = id === null ? null : document.querySelector<HTMLElement>(`[data-card="${CSS.escape(id)}"]`);
    card?.querySelector<HTMLElement>('button[aria-haspopup]')?.click();
  };
  const onCard = { within: '[data-card] a' };
  usePageKeys(
    'Board',
    list
      ? [{ key: 'v', name: 'Show the board', perform: switchView }]
      : [
          ...(choose
            ? [
                { key: 'x', name: 'Choose the card', ...onCard, perform: () => id !== null && choose(id, false) },
                {
                  key: 'X',
                  name: 'Choose from the last one on',
                  ...onCard,
                  perform: () => id !== null && choose(id, true),
                },
                {
                  key: 'ArrowDown',
                  shift: true,
                  name: 'Choose down',
                  ...onCard,
                  perform: () => chooseStep(1),
                } as const,
                { key: 'ArrowUp', shift: true, name: 'Choose up', ...onCard, perform: () => chooseStep(-1) } as const,
              ]
            : []),
          { key: 'ArrowDown', name: 'Next card', ...onCard, perform: () => step(1) },
          { key: 'ArrowUp', name: 'Previous card', ...onCard, perform: () => step(-1) },
          { key: 'ArrowRight', name: 'Next column', ...onCard, perform: () => side(1) },
          { key: 'ArrowLeft', name: 'Previous column', ...onCard, perform: () => side(-1) },
          { key: 'Home', name: 'First card', ...onCard, perform: () => go(place().column[0]) },
          { key: 'End', name: 'Last card', ...onCard, perform: () => go(place().column.at(-1)) },
          ...(canMove
            ? [
                { key: ']', name: 'Move to the next stage', ...onCard, perform: () => shift(1) },
                { key: '[', name: 'Move to the previous stage', ...onCard, perform: () => shift(-1) },
                { key: 'm', name: 'Move…', ...onCard, perform: menu },
              ]
            : []),
          ...(end ? [{ key: 'd', name: 'Reject or withdraw…', ...onCard, perform: () => id !== null && end(id) }] : []),
          ...outcomes.map((outcome) => ({
            ...OUTCOME_KEYS[outcome],
            ...onCard,
            perform: () => id !== null && goOn(id, outcome),
          })),
          { key: 'v', name: 'Show the list', perform: switchView },
        ],
  );
}
