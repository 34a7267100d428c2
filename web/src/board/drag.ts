// Dragging cards with a mouse. The library comes when the page is idle: everything works without it.

import { useCallback, useRef, useState } from 'react';

type Adapter = typeof import('@atlaskit/pragmatic-drag-and-drop/element/adapter');

let adapter: Promise<Adapter> | null = null;

function load(): Promise<Adapter> {
  adapter ??= new Promise<void>((resolve) => {
    if ('requestIdleCallback' in window) requestIdleCallback(() => resolve(), { timeout: 2_000 });
    else setTimeout(resolve, 200);
  }).then(() => import('@atlaskit/pragmatic-drag-and-drop/element/adapter'));
  return adapter;
}

/** A ref that runs `set` on its element once the library is there, and what that returned when the element goes. */
function useAdapter(set: (adapter: Adapter, element: HTMLElement) => () => void, on: boolean) {
  const latest = useRef(set);
  latest.current = set;
  // Not kept as state: each card that scrolls into view would be drawn twice.
  return useCallback(
    (element: HTMLElement | null) => {
      if (!element || !on) return;
      let stop: (() => void) | null = null;
      let gone = false;
      load().then(
        (loaded) => {
          if (!gone) stop = latest.current(loaded, element);
        },
        () => {
          adapter = null; // The next card that is shown tries again; menus and keys move cards meanwhile.
        },
      );
      return () => {
        gone = true;
        stop?.();
      };
    },
    [on],
  );
}

export function useDraggable(applicationId: string, stageId: string, enabled: boolean) {
  const [dragged, setDragged] = useState(false);
  const seen = useRef(stageId);
  seen.current = stageId;
  const id = useRef(applicationId);
  id.current = applicationId;
  const ref = useAdapter(
    ({ draggable }, card) =>
      draggable({
        element: card,
        // The stage is the one in which the viewer took the card, whatever happens to it on the way.
        getInitialData: () => ({ applicationId: id.current, seen: seen.current }),
        onDragStart: () => setDragged(true),
        onDrop: () => setDragged(false),
      }),
    enabled,
  );
  return { ref, dragged };
}

export function useDropTarget(onDrop: (applicationId: string, seen: string) => void, enabled: boolean) {
  const [over, setOver] = useState(false);
  const latest = useRef(onDrop);
  latest.current = onDrop;
  const ref = useAdapter(
    ({ dropTargetForElements }, target) =>
      dropTargetForElements({
        element: target,
        onDragEnter: () => setOver(true),
        onDragLeave: () => setOver(false),
        onDrop: ({ source }) => {
          setOver(false);
          const { applicationId, seen } = source.data;
          if (typeof applicationId === 'string' && typeof seen === 'string') latest.current(applicationId, seen);
        },
      }),
    enabled,
  );
  return { ref, over };
}
