import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import {
  BadgeCheck,
  Building2,
  FileText,
  Inbox,
  type LucideIcon,
  MessageSquare,
  Phone,
  Reply,
  Send,
} from 'lucide-react';
import { memo, useEffect, useRef, useState } from 'react';
import { countWords } from '../attention/parts';
import { classes } from '../ui/classes';
import type { Stage } from './board';
import { type CardActions, CardView } from './card';
import type { Chosen } from './chosen';
import styles from './column.module.css';
import type { ColumnView } from './column-views';
import { useDropTarget } from './drag';
import type { Outcome } from './outcome-dialogs';

const ICONS: Record<string, LucideIcon> = {
  CONTACTED: Send,
  REPLIED: Reply,
  APPLIED: Inbox,
  SCREEN: Phone,
  INTERVIEW: MessageSquare,
  ONSITE: Building2,
  OFFER: FileText,
  HIRED: BadgeCheck,
};

const FIGURE = new Intl.NumberFormat(undefined, {
  maximumSignificantDigits: 2,
  roundingPriority: 'morePrecision',
  maximumFractionDigits: 0,
});
const GAP = 4;
const CARD_REM = { comfortable: 5.75, compact: 3.75 };
const AHEAD = 1.5;
/** Of the cards beyond the edges of what one sees: each costs something in every frame. */
const OVERSCAN = 3;

export interface Focus {
  /** The card that Tab reaches. */
  readonly id: string | null;
  /** Counts up to put the focus on it, once it is there. */
  readonly wanted: number;
}

interface ColumnProps {
  /** Of the job: some are no column, such as a retired one in which the ATS has a card. */
  readonly stages: readonly Stage[];
  readonly stage: Stage;
  readonly view: ColumnView;
  readonly filtering: boolean;
  /** What the filter finds is not there yet. */
  readonly asking: boolean;
  /** Of no card if that lies in another column. */
  readonly focus: Focus;
  /** The card that the drawer shows, if it lies here. */
  readonly open: string | undefined;
  /** Of its cards. */
  readonly chosen: Chosen;
  /** Where a card is open, up to its id. */
  readonly address: string;
  readonly density: 'comfortable' | 'compact';
  readonly canMove: boolean;
  readonly canEnd: boolean;
  readonly outcomes: readonly Outcome[];
  readonly actions: CardActions;
  readonly onMore: (stageId: string) => void;
  readonly onSortAgain: () => void;
  /** Empty columns fold to a strip, but not where they are the whole page. */
  readonly foldable: boolean;
}

export const Column = memo(function Column(props: ColumnProps) {
  const { stage, view, filtering, asking, canMove, actions, onSortAgain } = props;
  const { count, found, medianDays, arrived } = view;
  const late = countWords(view.late.red, view.late.yellow);
  const target = useDropTarget((id, seen) => actions.move(id, stage.id, seen), canMove && stage.acceptsMoves);
  const Icon = ICONS[stage.kind] ?? Inbox;

  if (props.foldable && count === 0) {
    return (
      <section
        ref={target.ref}
        className={classes(styles.column, styles.folded, target.over && styles.over)}
        data-stage={stage.id}
      >
        <h2>
          <bdi>{stage.name}</bdi> <span className={styles.count}>0</span>
        </h2>
      </section>
    );
  }
  return (
    <section
      ref={target.ref}
      className={classes(styles.column, target.over && styles.over)}
      aria-labelledby={`stage-${stage.id}`}
      data-stage={stage.id}
    >
      <header className={styles.head}>
        <Icon aria-hidden="true" />
        <h2 id={`stage-${stage.id}`}>
          <span title={stage.name}>{stage.name}</span> <span className={styles.count}>{count}</span>
        </h2>
        {late || medianDays !== null ? (
          <span className={styles.late}>
            {[late, medianDays === null ? '' : `median ${FIGURE.format(medianDays)} d`].filter(Boolean).join(' · ')}
          </span>
        ) : null}
        {filtering && !asking ? <span className={styles.shown}>{`${found} of ${count} shown`}</span> : null}
      </header>
      <Cards {...props} />
      {arrived > 0 && !filtering ? (
        <button type="button" className={styles.sort} onClick={onSortAgain}>
          {arrived} new · Sort again
        </button>
      ) : null}
    </section>
  );
});

function Cards(props: ColumnProps) {
  const {
    stages,
    stage,
    view,
    filtering,
    asking,
    focus,
    open,
    chosen,
    address,
    density,
    canMove,
    canEnd,
    outcomes,
    actions,
    onMore,
  } = props;
  const { cards, count, found, notes, next } = view;
  const scroller = useRef<HTMLDivElement>(null);
  const size = useCardSize(density);
  const focused = cards.findIndex((card) => card.applicationId === focus.id);
  const virtual = useVirtualizer({
    count: cards.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => size,
    getItemKey: (index) => cards[index]?.applicationId ?? index,
    overscan: OVERSCAN,
    // The card with the focus stays, however far one scrolls: without it the keyboard would be lost.
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      return focused >= 0 && !shown.includes(focused) ? [...shown, focused].sort((a, b) => a - b) : shown;
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured anew when the size of cards changes
  useEffect(() => virtual.measure(), [size]);

  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const visible = Math.ceil((scroller.current?.clientHeight ?? 600) / size);
  const hungry = next !== null && !asking && last + visible * AHEAD >= cards.length - 1;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asks again after each page
  useEffect(() => {
    if (hungry) onMore(stage.id);
  }, [hungry, onMore, stage.id, next]);

  const wanted = focused >= 0 ? focus.wanted : 0;
  const done = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each time that the focus is wanted
  useEffect(() => {
    if (wanted === 0 || wanted === done.current || focused < 0) return;
    done.current = wanted;
    // Asked for only where it is needed: it makes the browser lay out the page at once.
    const { scrollOffset, scrollRect } = virtual;
    const above = scrollOffset ?? 0;
    if (focused * size < above || (focused + 1) * size > above + (scrollRect?.height ?? 0)) {
      virtual.scrollToIndex(focused, { align: 'auto' });
    }
    requestAnimationFrame(() => {
      scroller.current
        ?.querySelector<HTMLElement>(`[data-card="${CSS.escape(focus.id ?? '')}"] a`)
        ?.focus({ preventScroll: true });
    });
  }, [wanted, focused]);

  return (
    <div ref={scroller} className={styles.cards}>
      {cards.length === 0 ? (
        <p className={styles.nothing}>
          {filtering ? (asking ? 'Looking…' : 'None fits the filter') : 'Nobody is here'}
        </p>
      ) : (
        <ul className={styles.list} style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const card = cards[item.index];
            if (!card) return null;
            const id = card.applicationId;
            const note = notes.get(id);
            return (
              <li
                key={item.key}
                className={styles.item}
                style={{ top: item.start }}
                aria-setsize={filtering ? found : count}
                aria-posinset={item.index + 1}
              >
                <CardView
                  card={card}
                  stages={stages}
                  move={note?.move}
                  conflict={note?.conflict}
                  refusal={note?.refusal}
                  touch={note?.touch}
                  reachable={focus.id === id}
                  current={open === id}
                  chosen={chosen.has(id)}
                  address={address}
                  canMove={canMove}
                  canEnd={canEnd}
                  outcomes={outcomes}
                  actions={actions}
                />
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}

/** Height of a card and the gap below it, in pixels, at the reader's own font size. */
function useCardSize(density: 'comfortable' | 'compact'): number {
  const [rem, setRem] = useState(16);
  useEffect(() => setRem(Number.parseFloat(getComputedStyle(document.documentElement).fontSize)), []);
  return CARD_REM[density] * rem + GAP;
}
