// When the card with the focus goes, the focus must not go with it: without it the keyboard would begin anew.

import { type FocusEvent, useLayoutEffect, useRef } from 'react';
import type { Card } from './board';

/** What is shown, by stage. */
export type Columns = ReadonlyMap<string, { readonly cards: readonly Card[] }>;

/** A place in a column. */
export interface Place {
  readonly stage: string;
  readonly row: number;
}

export function placeOf(columns: Columns, id: string | null): Place | null {
  for (const [stage, { cards }] of columns) {
    const row = cards.findIndex((card) => card.applicationId === id);
    if (row >= 0) return { stage, row };
  }
  return null;
}

export function stageOf(columns: Columns, id: string | null): string | null {
  return placeOf(columns, id)?.stage ?? null;
}

/** Which card has the focus after the one that had it: itself, wherever it is now, else who took its place. */
export function successor(columns: Columns, id: string, was: Place): string | null {
  if (stageOf(columns, id) !== null) return id;
  const column = columns.get(was.stage)?.cards ?? [];
  return column[Math.min(was.row, column.length - 1)]?.applicationId ?? null;
}

/**
 * Handlers for what the cards lie in.
 *
 * @param id the card that has, or last had, the focus.
 */
export function useLostFocus(columns: Columns, id: string | null, focus: (id: string) => void) {
  const held = useRef<Element | null>(null);
  const last = useRef<{ readonly id: string; readonly was: Place } | null>(null);
  useLayoutEffect(() => {
    const gone = held.current !== null && !held.current.isConnected;
    if (gone && last.current !== null && document.activeElement === document.body) {
      held.current = null;
      const next = successor(columns, last.current.id, last.current.was);
      if (next !== null) focus(next);
    }
    const was = placeOf(columns, id);
    if (id !== null && was !== null) last.current = { id, was };
  }, [columns, id, focus]);
  return {
    onFocus: ({ target }: FocusEvent) => {
      held.current = target;
    },
    onBlur: ({ target }: FocusEvent) => {
      // What is removed may lose the focus first: it is told apart once it is gone.
      queueMicrotask(() => {
        if (held.current === target && target.isConnected) held.current = null;
      });
    },
  };
}
