import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { CancelMessage, SettleMessage } from '../api/generated';
import { useAct } from '../shell/act';
import { Button, buttonClass } from '../ui/button';
import { LongText } from '../ui/long-text';
import { Status } from '../ui/status';
import { Time, upcoming } from '../ui/time';
import styles from './message.module.css';
import { MESSAGE_QUERIES, type Message } from './messages';
import { standingOf } from './states';

interface MessageViewProps {
  readonly message: Message;
  /** Names whom it goes to, where that is not clear. */
  readonly withPerson?: boolean;
  readonly onAnswer?: ((message: Message) => void) | undefined;
}

/** A message, where it stands, what came back, and the one way on. */
export function MessageView({ message, withPerson, onAnswer }: MessageViewProps) {
  const now = Date.now();
  const { shape, word, sentence, out } = standingOf(message, now);
  const said = out !== null || !['SENT', 'CLAIMED'].includes(message.state);
  return (
    <article className={styles.message} aria-label={message.subject}>
      <header>
        <h3 dir="auto">{message.subject}</h3>
        <Status shape={shape} mark>
          {word}
        </Status>
      </header>
      <p className={styles.meta}>
        <span dir="auto">{message.fromUser?.name ?? 'A former colleague'}</span>
        {message.author && message.author.id !== message.fromUser?.id ? (
          <>
            {' '}
            (written by <bdi>{message.author.name}</bdi>)
          </>
        ) : null}{' '}
        to{' '}
        {withPerson && message.person ? (
          <Link to="/people/$person" params={{ person: message.person.id }} dir="auto" className={styles.link}>
            {message.person.name}
          </Link>
        ) : null}{' '}
        <span>{message.toAddress}</span> · <When message={message} now={now} />
      </p>
      {said ? (
        <div className={styles.standing}>
          <p>{sentence}</p>
          {message.explanation ? (
            message.blocker === 'TOKEN_MISSING' || message.blocker === 'SENDER_GONE' ? (
              <p>{message.explanation}</p>
            ) : (
              <p>
                The mail server said: <q dir="auto">{message.explanation}</q>
              </p>
            )
          ) : null}
          {out ? <p>{out}</p> : null}
        </div>
      ) : null}
      <LongText text={message.body} />
      <Acts message={message} />
      {message.replies.map((reply) => (
        <section key={reply.id} className={styles.reply} aria-label="Reply">
          <p className={styles.meta}>
            <strong dir="auto">{message.person?.name ?? 'They'}</strong>{' '}
            {reply.kind === 'AUTOMATIC' ? 'sent an automatic reply' : 'answered'} · <Time at={reply.receivedAt} />
          </p>
          <LongText text={reply.text} signature={reply.signature} />
        </section>
      ))}
      {onAnswer && message.replies.length > 0 ? (
        <div className={styles.acts}>
          <Button small onClick={() => onAnswer(message)}>
            Reply
          </Button>
        </div>
      ) : null}
    </article>
  );
}

function When({ message, now }: { readonly message: Message; readonly now: number }) {
  if (message.sentAt) return <Time at={message.sentAt} />;
  if (message.state === 'SCHEDULED' && Date.parse(message.sendAt) > now) {
    return (
      <>
        planned for <Time at={message.sendAt} as={upcoming} />
      </>
    );
  }
  return <Time at={message.stateSince} />;
}

/** What one may do with a message: call it off, say what became of it, or go where its obstacle is removed. */
function Acts({ message }: { readonly message: Message }) {
  const { act, busy } = useAct();
  const { way } = standingOf(message, Date.now());
  const parts: ReactNode[] = [];
  if (message.state === 'SCHEDULED' && message.viewerCan.cancel) {
    parts.push(
      <Button
        key="cancel"
        small
        disabled={busy}
        onClick={() =>
          void act({
            mutation: CancelMessage,
            variables: { input: { messageId: message.id } },
            pick: (data) => data.cancelMessage,
            said: 'Cancelled: it will not be sent',
            reload: MESSAGE_QUERIES,
          })
        }
      >
        Cancel it
      </Button>,
    );
  }
  if (way === 'grants' && message.state === 'SCHEDULED') {
    parts.push(
      <Link key="grants" to="/settings/mailbox" className={buttonClass('quiet', { small: true })}>
        Open My mailbox
      </Link>,
    );
  }
  if (way === 'suppression') {
    parts.push(
      <Link key="suppression" to="/settings/suppression" className={buttonClass('quiet', { small: true })}>
        Open the ledger
      </Link>,
    );
  }
  if (message.state === 'IN_DOUBT' && message.viewerCan.settle) return <Settle message={message} />;
  return parts.length > 0 ? <div className={styles.acts}>{parts}</div> : null;
}

/** What became of a message in doubt. Neither is preselected, and sending asks to whom once more. */
function Settle({ message }: { readonly message: Message }) {
  const { act, busy } = useAct();
  const [asking, setAsking] = useState<boolean | null>(null);
  const to = message.person ? `${message.person.name} at ${message.toAddress}` : message.toAddress;
  const settle = (wasSent: boolean) =>
    act({
      mutation: SettleMessage,
      variables: { input: { messageId: message.id, wasSent } },
      pick: (data) => data.settleMessage,
      said: wasSent ? 'Recorded: it was sent' : `Being sent now to ${to}`,
      reload: MESSAGE_QUERIES,
    });
  if (asking) {
    return (
      <fieldset
        className={styles.ask}
        aria-label="Send it now?"
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          setAsking(false);
        }}
      >
        <p className={styles.question}>
          Send “<bdi>{message.subject}</bdi>” now, to <bdi>{to}</bdi>?
        </p>
        <div className={styles.acts}>
          <Button small look="primary" disabled={busy} onClick={() => void settle(false)}>
            Send it to {message.toAddress}
          </Button>
          <Button small autoFocus onClick={() => setAsking(false)}>
            Back
          </Button>
        </div>
      </fieldset>
    );
  }
  return (
    <div className={styles.ask}>
      <p>
        Look into the sent mail of <span dir="auto">{message.fromUser?.name ?? 'the mailbox'}</span> first, then say
        what you found.
      </p>
      <div className={styles.acts}>
        <Button small disabled={busy} onClick={() => void settle(true)}>
          It was sent
        </Button>
        <Button small disabled={busy} autoFocus={asking === false} onClick={() => setAsking(true)}>
          It was not: send now
        </Button>
      </div>
    </div>
  );
}
