import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useDeferredValue, useEffect, useMemo, useRef } from 'react';
import { KINDS } from '../analytics/parts';
import { useLive } from '../api/context';
import { type BoardOrder, MoveApplication, OwnBoards, SomethingOnBoard, type StageKind } from '../api/generated';
import { useApiPages } from '../api/pages';
import { useSoon } from '../api/soon';
import { countWords } from '../attention/parts';
import { useAct } from '../shell/act';
import { usePageKeys } from '../shell/keys';
import { Page } from '../shell/page';
import { QueryFailure } from '../shell/query-failure';
import { toastFailure } from '../shell/toasts';
import { buttonClass } from '../ui/button';
import { classes } from '../ui/classes';
import { Menu } from '../ui/menu';
import { isolated } from '../ui/names';
import { dimmedWhile, Message, Skeleton } from '../ui/region';
import { CardLines } from './card';
import card from './card.module.css';
import { useDraggable, useDropTarget } from './drag';
import { useRest } from './facets';
import { inputOf, isActive } from './filter';
import { FilterBar } from './filter-bar';
import { MoveItems } from './move-menu';
import { columnsByKind, type KindColumn, type PlacedCard, stagesFor } from './own';
import styles from './own.module.css';
import boardStyles from './screen.module.css';
import { filterOf, type OwnBoardSearch } from './search';

const RELOAD_MS = 60_000;
/** What happens on further boards is shown when they are loaded again. */
const MAX_FOLLOWED = 50;
const ALL_KINDS = Object.keys(KINDS) as readonly StageKind[];

/** The viewer's open jobs as one board: who is where, whatever each job calls its stages. */
export function OwnBoardScreen() {
  const search = useSearch({ from: '/board' });
  const navigate = useNavigate({ from: '/board' });
  const asked = useDeferredValue(search);
  const filter = filterOf(asked);
  const typed = useMemo(() => filterOf(search), [search]);
  const order: BoardOrder = asked.order === 'time' ? 'TIME_IN_STAGE' : 'ATTENTION';
  const { query, rows } = useApiPages(OwnBoards, { filter: inputOf(filter), order }, (data) => data.jobs, {
    every: RELOAD_MS,
  });
  useRest(query);
  const reload = useSoon(() => void query.refetch());
  const columns = useMemo(() => (rows ? columnsByKind(rows, ALL_KINDS, order) : null), [rows, order]);
  const change = (changed: OwnBoardSearch) =>
    void navigate({ search: (old) => ({ ...old, ...changed }), replace: true, resetScroll: false });
  const first = query.data?.pages[0];
  const cursor = first?.data.cursor ?? null;
  const problem = first && !first.data.jobs ? first.problems[0] : null;
  const missing = rows?.filter(({ board }) => board === null) ?? [];
  return (
    <Page title="My open jobs" fixed>
      <div className={boardStyles.filters}>
        <FilterBar job={null} search={search} filter={typed} onChange={change} />
      </div>
      {cursor
        ? rows?.slice(0, MAX_FOLLOWED).map(({ id }) => <Followed key={id} job={id} cursor={cursor} onChange={reload} />)
        : null}
      {!columns || !rows ? (
        query.isPending ? (
          <Skeleton rows={7} label="Loading the boards" />
        ) : (
          <QueryFailure what="The boards cannot be shown" query={query} problem={problem} />
        )
      ) : rows.length === 0 ? (
        <Message
          title="No open job is yours"
          actions={
            <Link to="/jobs" className={buttonClass('plain')}>
              Go to the jobs
            </Link>
          }
        >
          The open jobs on whose hiring team you are lie here as one board.
        </Message>
      ) : (
        <>
          {missing.length > 0 ? (
            <p className={styles.missing} role="alert">
              Without {missing.map(({ title }) => title).join(', ')}:{' '}
              {missing.length === 1 ? 'its board' : 'their boards'} could not be loaded.
            </p>
          ) : null}
          <Columns columns={columns} filtered={isActive(filter)} busy={asked !== search || query.isPlaceholderData} />
        </>
      )}
    </Page>
  );
}

interface FollowedProps {
  readonly job: string;
  readonly cursor: string;
  readonly onChange: () => void;
}

/** Follows one of the boards while it is there. */
function Followed({ job, cursor, onChange }: FollowedProps) {
  const follower = { onChange, onGap: onChange };
  useLive(SomethingOnBoard, { job }, cursor, ({ boardChanged }) => boardChanged, follower);
  return null;
}

interface ColumnsProps {
  readonly columns: readonly KindColumn[];
  readonly filtered: boolean;
  readonly busy: boolean;
}

function Columns({ columns, filtered, busy }: ColumnsProps) {
  const list = useRef<HTMLDivElement>(null);
  const moving = useRef<Moving | null>(null);
  useCardKeys(list);
  useEffect(() => {
    const { current: move } = moving;
    const arrived = columns.some(({ cards }) =>
      cards.some(({ card: { applicationId, stageId } }) => applicationId === move?.id && stageId === move.to),
    );
    if (!move || !arrived) return;
    list.current?.querySelector<HTMLElement>(`[data-own-card="${move.id}"]`)?.focus();
    moving.current = null;
  }, [columns]);
  const dimmed = dimmedWhile(busy);
  const send = useMove();
  const move = async (placed: PlacedCard, to: string, seen = placed.card.stageId) => {
    moving.current = { id: placed.card.applicationId, to };
    if (!(await send(placed, to, seen))) moving.current = null;
  };
  const drop = (column: KindColumn, id: string, seen: string) => {
    const placed = columns.flatMap(({ cards }) => cards).find(({ card: { applicationId } }) => applicationId === id);
    if (!placed || column.cards.includes(placed)) return;
    const [to, other] = stagesFor(placed, column.kind);
    if (!to) toastFailure(`${isolated(placed.job.title)} has no stage of this kind to which people are moved`);
    else if (other) menuOf(list.current, id)?.click();
    else void move(placed, to.id, seen);
  };
  return (
    <div ref={list} {...dimmed} className={classes(styles.columns, dimmed.className)}>
      {columns.map((column) => (
        <DropColumn key={column.kind} kind={column.kind} onDrop={(id, seen) => drop(column, id, seen)}>
          <header>
            <h2 id={`kind-${column.kind}`}>
              {KINDS[column.kind]} <span className={styles.count}>{column.count}</span>
            </h2>
            <span className={styles.late}>{countWords(column.red, column.yellow)}</span>
            {filtered ? <span className={styles.late}>{column.found} fit the filter</span> : null}
          </header>
          <ul>
            {column.cards.map((placed) => (
              <li key={placed.card.applicationId}>
                <OwnCard placed={placed} onMove={(to) => void move(placed, to)} />
              </li>
            ))}
            {column.beyond.map(({ job, cards }) => (
              <li key={job.id} className={styles.beyond}>
                <Link to="/jobs/$job/board" params={{ job: job.id }}>
                  {cards} more of <bdi>{job.title}</bdi>
                </Link>
              </li>
            ))}
          </ul>
        </DropColumn>
      ))}
    </div>
  );
}

/** A card on its way to a stage. */
interface Moving {
  readonly id: string;
  readonly to: string;
}

interface DropColumnProps {
  readonly kind: StageKind;
  readonly onDrop: (application: string, seen: string) => void;
  readonly children: ReactNode;
}

function DropColumn({ kind, onDrop, children }: DropColumnProps) {
  const { ref, over } = useDropTarget(onDrop, true);
  return (
    <section
      ref={ref}
      className={classes(styles.column, over && styles.over)}
      aria-labelledby={`kind-${kind}`}
      data-kind={kind}
    >
      {children}
    </section>
  );
}

/** The button that opens the menu of a card. */
function menuOf(list: HTMLElement | null, application: string): HTMLElement | null | undefined {
  const link = list?.querySelector(`[data-own-card="${CSS.escape(application)}"]`);
  return link?.parentElement?.querySelector<HTMLElement>('button[aria-haspopup]');
}

/** Moves a card among the stages of its job; whether it was moved. */
function useMove() {
  const { act } = useAct();
  return ({ card: { applicationId, personName }, job }: PlacedCard, to: string, seen: string) =>
    act({
      mutation: MoveApplication,
      variables: {
        input: { applicationId, fromStageId: seen, toStageId: to, idempotencyKey: crypto.randomUUID() },
      },
      pick: (data) => data.moveApplication,
      said: `${isolated(personName)} moved to ${isolated(job.stages.find(({ id }) => id === to)?.name ?? 'another stage')}`,
      reload: [OwnBoards],
    });
}

interface OwnCardProps {
  readonly placed: PlacedCard;
  readonly onMove: (to: string) => void;
}

/** As on the board of its job, but with the job in place of what the person does. It moves among the stages of its job. */
function OwnCard({ placed: { card: shown, job }, onMove }: OwnCardProps) {
  const { ref, dragged } = useDraggable(shown.applicationId, shown.stageId, job.viewerCan.moveApplications);
  return (
    <div ref={ref} className={classes(card.card, styles.card, dragged && card.dragged)}>
      <Link
        to="/jobs/$job/board"
        params={{ job: job.id }}
        search={{ open: shown.applicationId }}
        className={card.who}
        draggable={false}
        dir="auto"
        data-own-card={shown.applicationId}
        aria-describedby={`own-${shown.applicationId}`}
      >
        {shown.personName}
      </Link>
      <span className={card.days} title={`${shown.daysInStage} days in this stage`}>
        {shown.daysInStage} d
      </span>
      <span className={card.does} title={job.title} dir="auto">
        {job.title}
      </span>
      <div id={`own-${shown.applicationId}`} style={{ display: 'contents' }}>
        <CardLines card={shown} move={undefined} touch={undefined} />
      </div>
      {job.viewerCan.moveApplications ? (
        <Menu label={`Move ${shown.personName}`} trigger={<span aria-hidden="true">⋯</span>} triggerClass={card.menu}>
          {(parts) => <MoveItems parts={parts} stages={job.stages} current={shown.stageId} onMove={onMove} />}
        </Menu>
      ) : null}
    </div>
  );
}

/** Arrows go from card to card, and from column to column. */
function useCardKeys(list: { readonly current: HTMLElement | null }): void {
  const cardsOf = (column: Element | undefined) => [
    ...(column?.querySelectorAll<HTMLElement>('[data-own-card]') ?? []),
  ];
  const filled = () =>
    [...(list.current?.querySelectorAll('[data-kind]') ?? [])].filter((column) => cardsOf(column).length > 0);
  const step = (down: number, aside: number) => {
    const columns = filled();
    const column = columns.findIndex((each) => each.contains(document.activeElement));
    const row = cardsOf(columns[column]).indexOf(document.activeElement as HTMLElement);
    if (column < 0) return cardsOf(columns[0])[0]?.focus();
    const cards = cardsOf(columns[Math.min(Math.max(0, column + aside), columns.length - 1)]);
    cards[Math.min(Math.max(0, row + down), cards.length - 1)]?.focus();
  };
  usePageKeys('Board', [
    { key: 'ArrowDown', name: 'Next card', perform: () => step(1, 0) },
    { key: 'ArrowUp', name: 'Previous card', perform: () => step(-1, 0) },
    { key: 'ArrowRight', name: 'Next column', perform: () => step(0, 1) },
    { key: 'ArrowLeft', name: 'Previous column', perform: () => step(0, -1) },
  ]);
}
