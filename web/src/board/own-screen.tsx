import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useDeferredValue, useEffect, useMemo, useRef } from 'react';
import { KINDS } from '../analytics/parts';
import { type BoardOrder, MoveApplication, OwnBoards, type StageKind } from '../api/generated';
import { useApiPages } from '../api/pages';
import { countWords, REASONS, reasonWords } from '../attention/parts';
import { useAct } from '../shell/act';
import { usePageKeys } from '../shell/keys';
import { Page } from '../shell/page';
import { QueryFailure } from '../shell/query-failure';
import { Button, buttonClass } from '../ui/button';
import { classes } from '../ui/classes';
import { Menu } from '../ui/menu';
import { isolated } from '../ui/names';
import { dimmedWhile, Message, Skeleton } from '../ui/region';
import { CardLines } from './card';
import card from './card.module.css';
import { inputOf, isActive } from './filter';
import { MoveItems } from './move-menu';
import { columnsByKind, type KindColumn, type PlacedCard } from './own';
import styles from './own.module.css';
import { filterOf, type OwnBoardSearch, UNFILTERED } from './search';

const RELOAD_MS = 60_000;
const ALL_KINDS = Object.keys(KINDS) as readonly StageKind[];

/** The viewer's open jobs as one board: who is where, whatever each job calls its stages. */
export function OwnBoardScreen() {
  const search = useSearch({ from: '/board' });
  const navigate = useNavigate({ from: '/board' });
  const asked = useDeferredValue(search);
  const filter = filterOf(asked);
  const order: BoardOrder = asked.order === 'time' ? 'TIME_IN_STAGE' : 'ATTENTION';
  const { query, rows } = useApiPages(OwnBoards, { filter: inputOf(filter), order }, (data) => data.jobs, {
    every: RELOAD_MS,
  });
  const { hasNextPage, isFetching, fetchNextPage } = query;
  // All of them are one board: what is not there yet is read at once, some jobs at a time.
  useEffect(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  const columns = useMemo(() => (rows ? columnsByKind(rows, ALL_KINDS, order) : null), [rows, order]);
  const change = (changed: OwnBoardSearch) =>
    void navigate({ search: (old) => ({ ...old, ...changed }), replace: true, resetScroll: false });
  const first = query.data?.pages[0];
  const problem = first && !first.data.jobs ? first.problems[0] : null;
  const missing = rows?.filter(({ board }) => board === null) ?? [];
  return (
    <Page title="My open jobs" fixed>
      <Filters search={search} onChange={change} />
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

interface FiltersProps {
  readonly search: OwnBoardSearch;
  readonly onChange: (changed: OwnBoardSearch) => void;
}

function Filters({ search, onChange }: FiltersProps) {
  const box = useRef<HTMLInputElement>(null);
  usePageKeys('Filter', [{ key: '/', name: 'Filter', perform: () => box.current?.focus() }]);
  return (
    <div className={styles.filters}>
      <input
        ref={box}
        type="search"
        aria-label="Filter the cards by name, title or company"
        placeholder="Name, title, company"
        maxLength={100}
        value={search.q ?? ''}
        onChange={({ target }) => onChange({ q: target.value || undefined })}
      />
      <select
        aria-label="Flag"
        value={search.flag ?? ''}
        onChange={({ target }) => onChange({ flag: REASONS.find((reason) => reason === target.value) })}
      >
        <option value="">With a flag or without</option>
        {REASONS.map((reason) => (
          <option key={reason} value={reason}>
            {reasonWords(reason)}
          </option>
        ))}
      </select>
      <select
        aria-label="Order"
        value={search.order ?? ''}
        onChange={({ target }) => onChange({ order: target.value === 'time' ? 'time' : undefined })}
      >
        <option value="">Needs attention first</option>
        <option value="time">Longest in the stage first</option>
      </select>
      {isActive(filterOf(search)) ? (
        <Button
          look="quiet"
          small
          onClick={() => {
            box.current?.focus();
            onChange(UNFILTERED);
          }}
        >
          Clear filters
        </Button>
      ) : null}
    </div>
  );
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
  return (
    <div ref={list} {...dimmed} className={classes(styles.columns, dimmed.className)}>
      {columns.map((column) => (
        <section key={column.kind} className={styles.column} aria-labelledby={`kind-${column.kind}`} data-kind>
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
                <OwnCard
                  placed={placed}
                  onMoving={(move) => {
                    moving.current = move;
                  }}
                />
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
        </section>
      ))}
    </div>
  );
}

/** A card on its way to a stage. */
interface Moving {
  readonly id: string;
  readonly to: string;
}

interface OwnCardProps {
  readonly placed: PlacedCard;
  /** Whom the focus is to follow to another column; null if they stay. */
  readonly onMoving: (move: Moving | null) => void;
}

/** As on the board of its job, but with the job in place of what the person does. It moves among the stages of its job. */
function OwnCard({ placed: { card: shown, job }, onMoving }: OwnCardProps) {
  const { act } = useAct();
  const move = async (to: string) => {
    const stage = job.stages.find(({ id }) => id === to);
    const input = { applicationId: shown.applicationId, fromStageId: shown.stageId, toStageId: to };
    onMoving({ id: shown.applicationId, to });
    const moved = await act({
      mutation: MoveApplication,
      variables: { input: { ...input, idempotencyKey: crypto.randomUUID() } },
      pick: (data) => data.moveApplication,
      said: `${isolated(shown.personName)} moved to ${isolated(stage?.name ?? 'another stage')}`,
      reload: [OwnBoards],
    });
    if (!moved) onMoving(null);
  };
  return (
    <div className={classes(card.card, styles.card)}>
      <Link
        to="/jobs/$job/board"
        params={{ job: job.id }}
        search={{ open: shown.applicationId }}
        className={card.who}
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
          {(parts) => (
            <MoveItems parts={parts} stages={job.stages} current={shown.stageId} onMove={(to) => void move(to)} />
          )}
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
