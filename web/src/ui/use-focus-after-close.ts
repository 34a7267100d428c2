import { useEffect, useRef } from 'react';

/**
 * However a part that is named in the URL was closed, by Back too, the focus comes back to what opened it, once the part
 * is gone.
 *
 * @param open what it shows; undefined while it is closed.
 * @param focus puts the focus on what opened it.
 */
export function useFocusAfterClose(open: string | undefined, focus: (id: string) => void): void {
  const last = useRef(open);
  useEffect(() => {
    const closed = last.current;
    last.current = open;
    if (closed !== undefined && open === undefined) focus(closed);
  }, [open, focus]);
}
