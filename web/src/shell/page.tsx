import { type ReactNode, useEffect } from 'react';
import { classes } from '../ui/classes';
import styles from './page.module.css';
import { SearchButton } from './search-button';

interface PageProps {
  readonly title: string;
  /** Beside the title: what switches the view. */
  readonly beside?: ReactNode;
  /** The page's one primary action. */
  readonly act?: ReactNode;
  /** The content does its own scrolling. */
  readonly fixed?: boolean;
  readonly children: ReactNode;
}

/** Title, actions and content of a screen. */
export function Page({ title, beside, act, fixed, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Rapport`;
  }, [title]);
  return (
    <>
      <header className={styles.top}>
        <div className={styles.where}>
          <h1 title={title} dir="auto">
            {title}
          </h1>
          {beside}
        </div>
        <div className={styles.act}>
          <SearchButton />
          {act}
        </div>
      </header>
      <main id="content" tabIndex={-1} className={classes(styles.main, !fixed && styles.scroll)}>
        {children}
      </main>
    </>
  );
}
