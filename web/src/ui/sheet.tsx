import { type ReactNode, useId } from 'react';
import styles from './sheet.module.css';

interface SheetProps {
  readonly title: string;
  /** Beside the title: what the figures are of, or what can be done with them. */
  readonly beside?: ReactNode;
  readonly children: ReactNode;
}

/** A titled part of a page, on paper. Figures in its tables stand in cells of the class `figure`. */
export function Sheet({ title, beside, children }: SheetProps) {
  const id = useId();
  return (
    <section className={styles.sheet} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {beside}
      </header>
      {children}
    </section>
  );
}
