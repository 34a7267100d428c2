// The outcome of one's own act, for a while; a failure stays until it is dismissed.

import { X } from 'lucide-react';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { Button } from '../ui/button';
import { classes } from '../ui/classes';
import styles from './toasts.module.css';

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly failed: boolean;
  readonly undo?: () => void;
}

const SHOWN_MS = 6_000;

let toasts: readonly Toast[] = [];
let next = 1;
const listeners = new Set<() => void>();

function change(changed: readonly Toast[]): void {
  toasts = changed;
  for (const listener of listeners) listener();
}

export function toast(text: string, undo?: () => void): void {
  change([...toasts.slice(-2), { id: next++, text, failed: false, ...(undo ? { undo } : {}) }]);
}

export function toastFailure(text: string): void {
  change([...toasts.slice(-2), { id: next++, text, failed: true }]);
}

function dismiss(id: number): void {
  change(toasts.filter((shown) => shown.id !== id));
}

/** Take back what was done last, while that is offered. */
export function undoNewest(): void {
  const newest = toasts.findLast(({ undo }) => undo);
  if (!newest) return;
  dismiss(newest.id);
  newest.undo?.();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  if (shown.length === 0) return null;
  return (
    <section aria-label="What was done" className={styles.toasts}>
      {shown.map((each) => (
        <ToastView key={each.id} {...each} />
      ))}
    </section>
  );
}

function ToastView({ id, text, failed, undo }: Toast) {
  const [held, setHeld] = useState(false);
  const left = useRef(SHOWN_MS);
  useEffect(() => {
    if (failed || held) return;
    const began = Date.now();
    const timer = setTimeout(() => dismiss(id), left.current);
    return () => {
      clearTimeout(timer);
      left.current = Math.max(1000, left.current - (Date.now() - began));
    };
  }, [failed, held, id]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the pointer only holds the time
    <div
      role={failed ? 'alert' : undefined}
      className={classes(styles.toast, failed && styles.failed)}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span className={styles.text}>{text}</span>
      {undo ? (
        <Button
          look="link"
          onClick={() => {
            dismiss(id);
            undo();
          }}
        >
          Undo
        </Button>
      ) : null}
      <Button look="quiet" small lone label="Dismiss" onClick={() => dismiss(id)}>
        <X />
      </Button>
    </div>
  );
}
