import styles from './search-field.module.css';
import { useTyped } from './use-typed';

interface SearchFieldProps {
  readonly label: string;
  readonly placeholder: string;
  /** Characters it takes. */
  readonly longest?: number;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** The id of what says why the value does not count. */
  readonly refusedBy?: string | undefined;
}

export function SearchField({ label, placeholder, longest, value, onChange, refusedBy }: SearchFieldProps) {
  const typed = useTyped(value, onChange);
  return (
    <input
      type="search"
      maxLength={longest}
      className={styles.search}
      aria-label={label}
      placeholder={placeholder}
      aria-invalid={refusedBy !== undefined}
      aria-describedby={refusedBy}
      {...typed}
    />
  );
}
