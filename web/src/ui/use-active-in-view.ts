import { type RefObject, useEffect, useRef } from 'react';

/** So much of the next tab shows, in pixels, that one sees that there is one. */
const BESIDE = 32;

/** For a row of tabs or choices that scrolls sideways: brings the chosen one into view, and scrolls nothing else. */
export function useActiveInView<Bar extends HTMLElement>(active: string): RefObject<Bar | null> {
  const bar = useRef<Bar>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: when another one is chosen
  useEffect(() => {
    const tab = bar.current?.querySelector(
      '[aria-selected="true"], [aria-pressed="true"], [data-status="active"], [aria-current="step"]',
    );
    if (!bar.current || !tab) return;
    const room = bar.current.getBoundingClientRect();
    const shown = tab.getBoundingClientRect();
    if (shown.right > room.right) bar.current.scrollLeft += shown.right - room.right + BESIDE;
    else if (shown.left < room.left) bar.current.scrollLeft -= room.left - shown.left + BESIDE;
  }, [active]);
  return bar;
}
