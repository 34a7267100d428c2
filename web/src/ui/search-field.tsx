import { useEffect, useState } from 'react';
import styles from './search-field.module.css';

interface SearchFieldProps {
  readonly label: string;
  readonly placeholder: string;
  /** Characters it takes. */
  readonly longest?: number;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Typing shows at once; the URL and the request follow. */
export function SearchField({ label, placeholder, longest, value, onChange }: SearchFieldProps) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  return (
    <input
      type="search"
      maxLength={longest}
      className={styles.search}
      aria-label={label}
      placeholder={placeholder}
      value={typed}
      onChange={({ target }) => {
        setTyped(target.value);
        onChange(target.value);
      }}
    />
  );
}
