// What the viewer did and the server has not confirmed. Leaving the page would lose it.

import { useSyncExternalStore } from 'react';
import styles from './shell.module.css';

/** From then on a change counts as waiting: most are answered sooner. */
const PATIENCE_MS = 2_000;

const waiting = new Map<string, ReturnType<typeof setTimeout>>();
let overdue = 0;
const listeners = new Set<() => void>();

/** A change was sent; `saved` with the same key ends it. */
export function unsaved(key: string): void {
  if (waiting.has(key)) return;
  if (waiting.size === 0) addEventListener('beforeunload', warn);
  waiting.set(
    key,
    setTimeout(() => count(1), PATIENCE_MS),
  );
}

export function saved(key: string): void {
  const timer = waiting.get(key);
  if (timer === undefined) return;
  clearTimeout(timer);
  waiting.delete(key);
  if (waiting.size === 0) removeEventListener('beforeunload', warn);
  count(0);
}

function count(more: number): void {
  overdue = waiting.size === 0 ? 0 : Math.min(waiting.size, overdue + more);
  for (const listener of listeners) listener();
}

function warn(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Says how many changes wait for the server. */
export function UnsavedStrip() {
  const changes = useSyncExternalStore(subscribe, () => overdue);
  if (changes === 0) return null;
  return (
    <div className={styles.strip} role="status">
      {changes === 1
        ? '1 change is not saved yet. It is sent again by itself: keep this page open.'
        : `${changes} changes are not saved yet. They are sent again by themselves: keep this page open.`}
    </div>
  );
}
