import { startTransition, useEffect, useState } from 'react';
import type { BoardController, BoardView } from './controller';

/**
 * What the controller shows. What the viewer did is drawn at once; what others did is drawn in pieces, between which the
 * page answers.
 */
export function useBoardView(controller: BoardController): BoardView {
  const [view, setView] = useState(controller.state);
  useEffect(() => {
    setView(controller.state());
    return controller.subscribe((next, mine) => {
      if (mine) setView(next);
      else startTransition(() => setView(next));
    });
  }, [controller]);
  return view;
}
