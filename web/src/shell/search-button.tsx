import { Search } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Kbd } from '../ui/kbd';
import styles from './search-button.module.css';

const Palette = lazy(async () => ({ default: (await import('./palette')).Palette }));

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
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);
  return (
    <>
      <button type="button" className={styles.search} onClick={() => setOpen(true)} aria-keyshortcuts="Control+K">
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
