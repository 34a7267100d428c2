// One place for what a screen reader is told, present from the start: regions that are added later stay silent.

import { useSyncExternalStore } from 'react';

const OTHERS_EVERY_MS = 10_000;

let said = '';
let others = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

/** Say at once what became of one's own act. */
export function announce(sentence: string): void {
  // The same sentence twice would not be read again.
  said = sentence === said ? `${sentence}\u00a0` : sentence;
  for (const listener of listeners) listener();
}

/** Count a change that somebody else made; they are told together, now and then. */
export function announceOthers(): void {
  others += 1;
  if (timer !== undefined) return;
  timer = setTimeout(() => {
    timer = undefined;
    announce(others === 1 ? '1 change by others' : `${others} changes by others`);
    others = 0;
  }, OTHERS_EVERY_MS);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Announcer() {
  const sentence = useSyncExternalStore(subscribe, () => said);
  return (
    <div role="status" className="unseen">
      {sentence}
    </div>
  );
}
