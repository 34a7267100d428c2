import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { usePageKeys } from './keys';
import { SETTINGS, usePlaces } from './places';

const SECOND_WITHIN_MS = 1_500;

/** `g` and a letter go to a place. */
export function GoKeys() {
  const navigate = useNavigate();
  const places = usePlaces();
  const until = useRef(0);
  usePageKeys('Everywhere', [
    {
      key: 'g',
      name: 'Go to …',
      perform: () => {
        until.current = Date.now() + SECOND_WITHIN_MS;
      },
    },
  ]);
  useEffect(() => {
    // Before the keys of the page: the second letter may be one of theirs.
    const listen = (event: KeyboardEvent) => {
      if (Date.now() > until.current || event.ctrlKey || event.metaKey || event.altKey) return;
      const place = [...places, SETTINGS].find(({ key }) => key === event.key);
      until.current = 0;
      // Who has gone into a field meanwhile types.
      const types = event.target instanceof Element && event.target.closest('input, textarea, select') !== null;
      if (!place || types) return;
      event.preventDefault();
      event.stopPropagation();
      void navigate({ to: place.to });
    };
    addEventListener('keydown', listen, { capture: true });
    return () => removeEventListener('keydown', listen, { capture: true });
  }, [navigate, places]);
  return null;
}
