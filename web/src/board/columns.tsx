import { useMemo, useRef } from 'react';
import { classes } from '../ui/classes';
import { dimmedWhile } from '../ui/region';
import type { Board, Stage } from './board';
import type { CardActions } from './card';
import { type Chosen, chosenIn, NONE } from './chosen';
import { Column, type Focus } from './column';
import { type ColumnViews, NO_COLUMNS, viewsOf } from './column-views';
import { type Filter, isActive } from './filter';
import { stageOf, type useLostFocus } from './lost-focus';
import type { Outcome } from './outcome-dialogs';
import styles from './screen.module.css';

/** What the columns show: the same object for each that shows the same as before. */
export function useColumnViews(board: Board, stages: readonly Stage[], filter: Filter): ColumnViews {
  const before = useRef(NO_COLUMNS);
  return useMemo(() => {
    before.current = viewsOf(board, stages, filter, before.current);
    return before.current;
  }, [board, stages, filter]);
}

const NOWHERE: Focus = { id: null, wanted: 0 };

interface ColumnsProps {
  /** Those that have a column here. */
  readonly shown: readonly Stage[];
  readonly views: ColumnViews;
  /** Other cards were asked for. */
  readonly asking: boolean;
  /** Of the job: some are no column, such as a retired one in which the ATS has a card. */
  readonly stages: readonly Stage[];
  readonly filter: Filter;
  /** The card that has, or last had, the focus. */
  readonly focus: Focus;
  readonly lostFocus: ReturnType<typeof useLostFocus>;
  readonly open: string | undefined;
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
  readonly foldable: boolean;
}

/** The columns of a board. Each is drawn anew only for what happens in it. */
export function Columns({ shown, views, asking, filter, focus, lostFocus, open, chosen, ...shared }: ColumnsProps) {
  const focusedIn = stageOf(views, focus.id);
  const openIn = stageOf(views, open ?? null);
  const dimmed = dimmedWhile(asking);
  const before = useRef<ReadonlyMap<string, Chosen>>(new Map());
  const chosenHere = useMemo(() => {
    before.current = chosenIn(views, chosen, before.current);
    return before.current;
  }, [views, chosen]);
  return (
    // Without a card in it, only the region itself can take the focus to be scrolled by keys.
    <div
      {...dimmed}
      className={classes(styles.columns, open !== undefined && styles.beside, dimmed.className)}
      {...lostFocus}
      data-choosing={chosen.size > 0}
      {...(focus.id === null ? { tabIndex: 0, role: 'group', 'aria-label': 'Columns' } : {})}
    >
      {shown.map((stage) => {
        const view = views.get(stage.id);
        return view ? (
          <Column
            key={stage.id}
            stage={stage}
            view={view}
            filtering={isActive(filter)}
            asking={asking}
            focus={stage.id === focusedIn ? focus : NOWHERE}
            open={stage.id === openIn ? open : undefined}
            chosen={chosenHere.get(stage.id) ?? NONE}
            {...shared}
          />
        ) : null;
      })}
    </div>
  );
}
