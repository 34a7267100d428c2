import { Link } from '@tanstack/react-router';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { Fragment, memo, type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { usePageKeys } from '../shell/keys';
import { classes } from '../ui/classes';
import { Status } from '../ui/status';
import table from '../ui/table.module.css';
import { upcoming } from '../ui/time';
import type { Board, Card } from './board';
import { isRange } from './card';
import type { Chosen } from './chosen';
import type { Filter } from './filter';
import { sourceOf } from './filter';
import styles from './list.module.css';
import { useLostFocus } from './lost-focus';
import { type Column, gapsBetween, rowsOf, type Sort, sortedBy, withKept } from './rows';

const COLUMNS: readonly { readonly key: Column; readonly name: string; readonly figure?: boolean }[] = [
  { key: 'name', name: 'Person' },
  { key: 'stage', name: 'Stage' },
  { key: 'days', name: 'Days in stage', figure: true },
  { key: 'interview', name: 'Next interview' },
  { key: 'source', name: 'Source' },
];

/** Of the rows beyond the edges of what one sees. */
const OVERSCAN = 12;

interface ListViewProps {
  readonly board: Board;
  readonly filter: Filter;
  readonly open: string | undefined;
  readonly density: 'comfortable' | 'compact';
  readonly chosen: Chosen;
  /** Null if the viewer may only look. `among`: of these, all from the one before; null for this one alone. */
  readonly onChoose: ((id: string, among: readonly string[] | null) => void) | null;
}

/** The board as a table: the same cards, the same filter. Rows that are not in sight are not in the document. */
export function ListView({ board, filter, open, density, chosen, onChoose }: ListViewProps) {
  const [sort, setSort] = useState<Sort>({ by: 'stage', down: false });
  const rows = useMemo(() => rowsOf(board, filter, sort), [board, filter, sort]);
  const names = useMemo(() => new Map(board.stages.map((stage) => [stage.id, stage.name])), [board.stages]);
  // The row that has, or last had, the focus; the one that the drawer shows gets it back when that closes.
  const [focus, setFocus] = useState<{ readonly id: string | null; readonly wanted: number }>({ id: null, wanted: 0 });
  const [shown, setShown] = useState(open);
  if (open !== shown) {
    setShown(open);
    if (open !== undefined) setFocus({ id: open, wanted: 0 });
  }
  const focused = useMemo(() => rows.findIndex((card) => card.applicationId === focus.id), [rows, focus.id]);
  const scroller = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the density decides what the style says
  const size = useMemo(rowSize, [density]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => size,
    getItemKey: (index) => rows[index]?.applicationId ?? index,
    overscan: OVERSCAN,
    // The row with the focus stays, however far one scrolls, and those beside it, which Tab goes to.
    rangeExtractor: (range) => withKept(defaultRangeExtractor(range), focused, rows.length),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured anew when the size of rows changes
  useEffect(() => virtual.measure(), [size]);

  const focusRow = useCallback((id: string) => setFocus(({ wanted }) => ({ id, wanted: wanted + 1 })), []);
  useEffect(() => {
    if (focus.wanted > 0 && focus.id !== null) focusRowOf(focus.id);
  }, [focus]);
  const lostFocus = useLostFocus(
    useMemo(() => new Map([['rows', { cards: rows }]]), [rows]),
    focus.id,
    focusRow,
  );
  const go = (to: number) => () => {
    const card = rows[to];
    if (card) focusRow(card.applicationId);
  };
  const onRow = { within: '[data-row] a' };
  // The rows of a range are those that are shown when it is chosen: no row is drawn anew for another.
  const shownRows = useRef(rows);
  shownRows.current = rows;
  const choose = useCallback(
    (id: string, range: boolean) => onChoose?.(id, range ? shownRows.current.map((card) => card.applicationId) : null),
    [onChoose],
  );
  const chooseTo = (to: number) => () => {
    const card = rows[to];
    if (!card || focus.id === null) return;
    choose(focus.id, true);
    choose(card.applicationId, true);
    focusRow(card.applicationId);
  };
  const chooseFocused = (range: boolean) => () => focus.id !== null && choose(focus.id, range);
  usePageKeys('List', [
    ...(onChoose
      ? [
          { key: 'x', name: 'Choose the row', ...onRow, perform: chooseFocused(false) },
          { key: 'X', name: 'Choose from the last one on', ...onRow, perform: chooseFocused(true) },
          { key: 'ArrowDown', shift: true, name: 'Choose down', ...onRow, perform: chooseTo(focused + 1) } as const,
          { key: 'ArrowUp', shift: true, name: 'Choose up', ...onRow, perform: chooseTo(focused - 1) } as const,
        ]
      : []),
    { key: 'ArrowDown', name: 'Next row', ...onRow, perform: go(focused + 1) },
    { key: 'ArrowUp', name: 'Previous row', ...onRow, perform: go(focused - 1) },
    { key: 'Home', name: 'First row', ...onRow, perform: go(0) },
    { key: 'End', name: 'Last row', ...onRow, perform: go(rows.length - 1) },
  ]);
  const onFocus = useCallback((id: string) => setFocus((old) => (old.id === id ? old : { id, wanted: 0 })), []);

  const items = virtual.getVirtualItems();
  const gaps = gapsBetween(items, virtual.getTotalSize());
  return (
    <div ref={scroller} className={classes(styles.list, open !== undefined && styles.beside)} {...lostFocus}>
      {/* The head is a row as well. */}
      <table className={classes(table.table, styles.table)} aria-rowcount={rows.length + 1}>
        <caption className="unseen">{`${rows.length} active applications`}</caption>
        <thead>
          <tr aria-rowindex={1}>
            {COLUMNS.map(({ key, name, figure }) => (
              <th
                key={key}
                scope="col"
                className={figure ? table.figure : undefined}
                aria-sort={sort.by === key ? (sort.down ? 'descending' : 'ascending') : 'none'}
              >
                <button type="button" onClick={() => setSort((old) => sortedBy(old, key))}>
                  {name}
                  <span aria-hidden="true">{sort.by === key ? (sort.down ? ' ↓' : ' ↑') : ''}</span>
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item, at) => {
            const card = rows[item.index];
            return card ? (
              <Fragment key={item.key}>
                <Gap size={gaps[at] ?? 0} />
                <Row
                  card={card}
                  index={item.index}
                  stage={names.get(card.stageId)}
                  current={open === card.applicationId}
                  measure={virtual.measureElement}
                  onFocus={onFocus}
                  chosen={chosen.has(card.applicationId)}
                  onChoose={onChoose ? choose : null}
                />
              </Fragment>
            ) : null;
          })}
          <Gap size={gaps.at(-1) ?? 0} />
        </tbody>
      </table>
    </div>
  );
}

/** The room of rows that are not in the document. */
function Gap({ size }: { readonly size: number }): ReactNode {
  if (size <= 0) return null;
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: it has nothing that takes the focus, and is no row for a reader
    <tr aria-hidden="true" className={styles.gap}>
      <td colSpan={COLUMNS.length} style={{ blockSize: size }} />
    </tr>
  );
}

interface RowProps {
  readonly card: Card;
  readonly index: number;
  readonly stage: string | undefined;
  /** The drawer shows it. */
  readonly current: boolean;
  readonly measure: (row: HTMLTableRowElement | null) => void;
  readonly onFocus: (id: string) => void;
  readonly chosen: boolean;
  readonly onChoose: ((id: string, range: boolean) => void) | null;
}

const Row = memo(function Row({ card, index, stage, current, measure, onFocus, chosen, onChoose }: RowProps) {
  return (
    <tr
      ref={measure}
      data-index={index}
      data-row={card.applicationId}
      aria-rowindex={index + 2}
      aria-current={current ? 'true' : undefined}
    >
      <th scope="row">
        {onChoose ? (
          <label className={styles.choice}>
            <input
              type="checkbox"
              aria-label={`Choose ${card.personName}`}
              // Tab goes from row to row; by keys, rows are chosen from where one is.
              tabIndex={-1}
              checked={chosen}
              onChange={({ nativeEvent }) => onChoose(card.applicationId, isRange(nativeEvent))}
            />
          </label>
        ) : null}
        <Link
          from="/jobs/$job/board"
          search={(old) => ({ ...old, open: card.applicationId })}
          className={table.link}
          dir="auto"
          preload={false}
          onFocus={() => onFocus(card.applicationId)}
        >
          {card.personName}
        </Link>
      </th>
      <td>
        <bdi>{stage}</bdi>
        {card.sync === 'CONFLICTED' ? <Status shape="conflict">ATS disagrees</Status> : null}
        {card.sync === 'PENDING' ? <Status shape="pending">Not yet in ATS</Status> : null}
      </td>
      <td className={table.figure}>{card.daysInStage}</td>
      <td>{card.nextInterviewAt ? upcoming(card.nextInterviewAt, Date.now()) : ''}</td>
      <td dir="auto">{sourceOf(card)}</td>
    </tr>
  );
});

/** Height of a row in pixels, at the reader's own font size. */
function rowSize(): number {
  const root = getComputedStyle(document.documentElement);
  return Number.parseFloat(root.getPropertyValue('--row')) * Number.parseFloat(root.fontSize);
}

/** Put the focus on the row of an application, if it is in the document. */
export function focusRowOf(id: string): void {
  const link = document.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"] a`);
  link?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  link?.focus({ preventScroll: true });
}
