import { X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button } from '../ui/button';
import { Kbd } from '../ui/kbd';
import styles from './key-list.module.css';
import { activeKeys, type KeyGroup, usePageKeys } from './keys';

const SIGNS: Record<string, string> = { ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→' };

/** `?` shows the keys that act on this page. */
export function KeyList() {
  const [groups, setGroups] = useState<readonly KeyGroup[] | null>(null);
  const dialog = useRef<HTMLDialogElement>(null);
  usePageKeys('Everywhere', [{ key: '?', name: 'Show the keys', perform: () => setGroups(activeKeys()) }]);
  useEffect(() => {
    if (groups) dialog.current?.showModal();
  }, [groups]);
  if (!groups) return null;
  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby="keys" onClose={() => setGroups(null)}>
      <header>
        <h2 id="keys">Keys</h2>
        <Button look="quiet" lone label="Close" onClick={() => dialog.current?.close()}>
          <X />
        </Button>
      </header>
      {groups.map(({ name, keys }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a part of a page may be called as another one
        <section key={index}>
          <h3>{name}</h3>
          <ul>
            {keys.map((key) => (
              <li key={key.name}>
                {key.name}
                <Kbd>{`${key.shift ? '⇧' : ''}${SIGNS[key.key] ?? key.key}`}</Kbd>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </dialog>
  );
}
