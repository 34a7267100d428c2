// Several changes at once are one reason to reload.

import { useEffect, useRef } from 'react';

const TOGETHER_MS = 400;

/** Returns a function that has `reload` called once, a moment after it was called last. */
export function useSoon(reload: () => void): () => void {
  const latest = useRef(reload);
  latest.current = reload;
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => latest.current(), TOGETHER_MS);
  };
}
