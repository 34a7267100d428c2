// What a part of a screen shows while it has nothing to show: loading, empty, failed.

import type { ReactNode } from 'react';
import { Button } from './button';
import { classes } from './classes';
import styles from './region.module.css';
import { Status } from './status';

/** The shape of what comes, after a moment: most answers are quicker. */
export function Skeleton({ rows = 6, label = 'Loading' }: { readonly rows?: number; readonly label?: string }) {
  return (
    <div className={styles.skeleton} role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows are alike and never move
        <i key={row} />
      ))}
    </div>
  );
}

interface MessageProps {
  readonly title: string;
  /** Inside a sheet or a panel, which is paper already. */
  readonly within?: boolean;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

/** Nothing to show, why, and what one can do about it. */
export function Message({ title, within, children, actions }: MessageProps) {
  return (
    <div className={classes(styles.message, within && styles.within)}>
      <h2>{title}</h2>
      {children ? <p>{children}</p> : null}
      {actions ? <div className={styles.actions}>{actions}</div> : null}
    </div>
  );
}

interface FailureProps {
  readonly what: string;
  readonly reason: string;
  readonly traceId?: string | null;
  readonly onRetry?: () => void;
}

export function Failure({ what, reason, traceId, onRetry }: FailureProps) {
  return (
    <div className={styles.message} role="alert">
      <Status shape="bad" large>
        {what}
      </Status>
      <p>{reason}</p>
      <div className={styles.actions}>
        {onRetry ? <Button onClick={onRetry}>Try again</Button> : null}
        {traceId ? <code className={styles.trace}>{traceId}</code> : null}
      </div>
    </div>
  );
}

/** For what shows an earlier answer until the next one is there. */
export function dimmedWhile(busy: boolean): { readonly className?: string | undefined; readonly 'aria-busy'?: true } {
  return busy ? { className: styles.dimmed, 'aria-busy': true } : {};
}
