import styles from './kbd.module.css';

/** A key. Decoration where the element that it belongs to names it for screen readers as well. */
export function Kbd({ children }: { readonly children: string }) {
  return <kbd className={styles.kbd}>{children}</kbd>;
}
