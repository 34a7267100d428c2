// Choosing from what a search finds: type, then press or click one after the other.

import { Check } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import { TextField } from './field';
import styles from './finder.module.css';

export interface Found {
  readonly id: string;
  readonly name: string;
  /** What tells people of the same name apart. */
  readonly about: string;
}

interface FinderProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly placeholder: string;
  readonly problem?: string | undefined;
  readonly text: string;
  readonly onText: (text: string) => void;
  /** What the search found; undefined while it is unknown. */
  readonly found: readonly Found[] | undefined;
  readonly chosen: ReadonlySet<string>;
  readonly onToggle: (found: Found) => void;
  /** Said if nothing was found. */
  readonly nothing: string;
}

export function Finder({
  label,
  hint,
  placeholder,
  problem,
  text,
  onText,
  found,
  chosen,
  onToggle,
  nothing,
}: FinderProps) {
  const list = useRef<HTMLUListElement>(null);
  const step = (event: KeyboardEvent, from: number) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by === 0) return;
    const options = [...(list.current?.querySelectorAll('button') ?? [])];
    const to = options[from + by];
    if (to) to.focus();
    else if (from + by < 0) list.current?.parentElement?.querySelector('input')?.focus();
    event.preventDefault();
  };
  return (
    <div className={styles.finder}>
      <TextField
        label={label}
        hint={hint}
        problem={problem}
        placeholder={placeholder}
        type="search"
        autoComplete="off"
        value={text}
        onChange={({ target }) => onText(target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.preventDefault();
          if (event.key === 'ArrowDown') step(event, -1);
        }}
      />
      {found ? (
        <ul ref={list} className={styles.found} aria-label={`${label}: found`}>
          {found.map((each, at) => (
            <li key={each.id}>
              <button
                type="button"
                aria-pressed={chosen.has(each.id)}
                onClick={() => onToggle(each)}
                onKeyDown={(event) => step(event, at)}
              >
                <span className={styles.box} aria-hidden="true">
                  <Check />
                </span>
                <span className="cut" dir="auto">
                  {each.name}
                </span>
                <span className="faint cut" dir="auto">
                  {each.about}
                </span>
              </button>
            </li>
          ))}
          {found.length === 0 ? <li className={styles.nothing}>{nothing}</li> : null}
        </ul>
      ) : null}
    </div>
  );
}
