import { Search } from 'lucide-react';
import { Suspense, useEffect, useState } from 'react';
import { Kbd } from '../ui/kbd';
import { later } from '../ui/later';
import styles from './search-button.module.css';

const { View: Palette, preload } = later(async () => (await import('./palette')).Palette);

/** The screen itself is loaded and drawn by then. */
const IDLE_AFTER_MS = 3_000;

/** Opens the palette, by click or with Ctrl K. */
export function SearchButton() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey)
        return;
      event.preventDefault();
      setOpen(true);
    };
    const idle = setTimeout(preload, IDLE_AFTER_MS);
    addEventListener('keydown', listen);
    return () => {
      clearTimeout(idle);
      removeEventListener('keydown', listen);
    };
  }, []);
  return (
    <>
      <button
        type="button"
        className={styles.search}
        onPointerEnter={preload}
        onClick={() => setOpen(true)}
        aria-keyshortcuts="Control+K"
      >
        <Search aria-hidden="true" />
        <span>Search people, jobs, actions</span>
        <Kbd>Ctrl K</Kbd>
      </button>
      {open ? (
        <Suspense>
          <Palette onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
