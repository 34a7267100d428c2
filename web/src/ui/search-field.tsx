import styles from './search-field.module.css';
import { useTyped } from './use-typed';

interface SearchFieldProps {
  readonly label: string;
  readonly placeholder: string;
  /** Characters it takes. */
  readonly longest?: number;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function SearchField({ label, placeholder, longest, value, onChange }: SearchFieldProps) {
  const typed = useTyped(value, onChange);
  return (
    <input
      type="search"
      maxLength={longest}
      className={styles.search}
      aria-label={label}
      placeholder={placeholder}
      {...typed}
    />
  );
}
