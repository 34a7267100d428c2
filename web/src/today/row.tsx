import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { GrantSending, RemindOwing, Today } from '../api/generated';
import { useAct } from '../shell/act';
import { announce } from '../shell/announcer';
import { Button, buttonClass } from '../ui/button';
import { classes } from '../ui/classes';
import { Status } from '../ui/status';
import { exact } from '../ui/time';
import styles from './row.module.css';
import type { Row, Target } from './rows';

export function RowView({ row, onDone }: { readonly row: Row; readonly onDone: (said: string) => void }) {
  const { done } = row;
  return (
    <li className={classes(styles.row, done !== null && styles.done)} data-row>
      <div className={styles.reason}>
        <Status shape={done === null ? row.shape : 'good'} large plainWord>
          {done ?? row.reason}
        </Status>
        {row.detail ? (
          <p dir="auto" className={styles.detail}>
            {row.detail}
          </p>
        ) : null}
      </div>
      <Lead target={row.open} className={styles.who} open>
        <bdi>{row.who}</bdi>
      </Lead>
      <span className={styles.about} dir="auto" title={row.about}>
        {row.about}
      </span>
      <time className={styles.when} dateTime={row.exactly} title={exact(row.exactly)}>
        {row.when}
      </time>
      <div className={styles.act}>{done === null ? <Act row={row} onDone={onDone} /> : null}</div>
    </li>
  );
}

function Act({ row, onDone }: { readonly row: Row; readonly onDone: (said: string) => void }) {
  const { act, busy } = useAct();
  const { action } = row;
  const finish = (said: string) => {
    onDone(said);
    announce(said);
  };
  switch (action.kind) {
    case 'go':
      return (
        <Lead target={action.target} className={classes(buttonClass('quiet', { small: true }), styles.action)} act>
          {action.words}
          <span className="unseen">: {row.who}</span>
        </Lead>
      );
    case 'remind':
      return (
        <ActButton
          busy={busy}
          words={action.words}
          about={row.about}
          onPress={async () => {
            const said = `Reminded ${action.whom}`;
            const ok = await act({
              mutation: RemindOwing,
              variables: { input: { reviewId: action.review } },
              pick: (data) => data.remindReviewers,
              said,
              reload: [],
            });
            if (ok) finish(said);
          }}
        />
      );
    case 'allow':
      return (
        <ActButton
          busy={busy}
          words={action.words}
          about="to send from your mailbox"
          onPress={async () => {
            const said = `${action.whom} may send from your mailbox`;
            const ok = await act({
              mutation: GrantSending,
              variables: { input: { userId: action.user } },
              pick: (data) => data.grantSending,
              said,
              reload: [Today],
            });
            if (ok) finish(said);
          }}
        />
      );
  }
}

interface ActButtonProps {
  readonly busy: boolean;
  readonly words: string;
  readonly about: string;
  readonly onPress: () => Promise<void>;
}

function ActButton({ busy, words, about, onPress }: ActButtonProps) {
  return (
    <Button
      look="quiet"
      small
      data-act
      disabled={busy}
      onClick={(event) => {
        // The button goes when it is done: the focus stays in its row.
        const row = event.currentTarget.closest('[data-row]');
        void onPress().then(() => {
          if (document.activeElement === document.body) row?.querySelector<HTMLElement>('[data-open]')?.focus();
        });
      }}
    >
      {words}
      <span className="unseen">: {about}</span>
    </Button>
  );
}

interface LeadProps {
  readonly target: Target;
  readonly className: string | undefined;
  readonly open?: boolean;
  readonly act?: boolean;
  readonly children: ReactNode;
}

/** A link to a place that a pure function named. */
function Lead({ target, className, open, act, children }: LeadProps) {
  return (
    <Link
      to={target.to as '/jobs/$job/board'}
      params={target.params as { job: string }}
      search={target.search ?? {}}
      className={className}
      {...(open ? { 'data-open': true } : {})}
      {...(act ? { 'data-act': true } : {})}
    >
      {children}
    </Link>
  );
}
