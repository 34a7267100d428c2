import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { ChevronLeft } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useApiQuery } from '../api/context';
import { Conversations, MyMessages, OneMessage, PersonInFull } from '../api/generated';
import { usePageKeys } from '../shell/keys';
import { useViewer } from '../shell/viewer';
import { Avatar } from '../ui/avatar';
import { Button, buttonClass } from '../ui/button';
import { classes } from '../ui/classes';
import { dimmedWhile, Failure, Message as Note, Skeleton } from '../ui/region';
import { Segments } from '../ui/segments';
import { Status } from '../ui/status';
import { Time } from '../ui/time';
import { useFocusAfterClose } from '../ui/use-focus-after-close';
import { Composer } from './composer';
import { answerTo, type Draft, draftKey, loadDraft } from './draft';
import { Exchange } from './exchange';
import { MessageView } from './message-view';
import { type Message, useMessages, useMessagesLive } from './messages';
import { OutreachPage } from './outreach-page';
import styles from './screen.module.css';
import { standingOf } from './states';

/** My messages, those with replies first; the open one beside the list. */
export function ConversationsScreen() {
  const search = useSearch({ from: '/outreach/conversations' });
  const navigate = useNavigate({ from: '/outreach/conversations' });
  const answers = useMessages(Conversations, { unanswered: search.box === undefined }, (data) => data.conversations);
  const sent = useMessages(MyMessages, {}, (data) => data.messages);
  const shown = search.box === 'sent' ? sent : answers;
  useMessagesLive(null, shown.cursor);
  const { messages, list, problem } = shown;
  useFocusAfterClose(search.open, focusRow);

  return (
    <OutreachPage>
      <div className={classes(styles.panes, search.open !== undefined && styles.opened)}>
        <section className={styles.list} aria-label="Conversations">
          <div className={styles.boxes}>
            <Segments
              label="Which"
              options={[
                { value: 'unanswered', name: 'To answer' },
                { value: 'all', name: 'All answers' },
                { value: 'sent', name: 'All mails' },
              ]}
              value={search.box ?? 'unanswered'}
              onChange={(box) => void navigate({ search: box === 'unanswered' ? {} : { box }, replace: true })}
            />
          </div>
          {messages ? (
            messages.length === 0 ? (
              <Nothing box={search.box} />
            ) : (
              <ul {...dimmedWhile(list.isPlaceholderData)}>
                {messages.map((message) => (
                  <li key={message.id}>
                    <Row message={message} open={message.id === search.open} />
                  </li>
                ))}
              </ul>
            )
          ) : list.isPending ? (
            <Skeleton rows={6} label="Loading conversations" />
          ) : (
            <Failure
              what="The conversations cannot be shown"
              reason={problem?.message ?? list.error?.message ?? ''}
              traceId={problem?.traceId ?? null}
              onRetry={() => void list.refetch()}
            />
          )}
          {list.hasNextPage ? (
            <div className={styles.more}>
              <Button onClick={() => void list.fetchNextPage()} disabled={list.isFetchingNextPage}>
                Show more
              </Button>
            </div>
          ) : null}
        </section>
        {search.open ? (
          <Thread
            key={search.open}
            id={search.open}
            known={messages?.find(({ id }) => id === search.open)}
            onClose={() => void navigate({ search: ({ open: _, ...rest }) => rest })}
          />
        ) : (
          <div className={styles.unopened}>
            {messages && messages.length > 0 ? <p className="soft">Choose a conversation to read it here.</p> : null}
          </div>
        )}
      </div>
    </OutreachPage>
  );
}

function focusRow(id: string): void {
  document.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`)?.focus();
}

function Nothing({ box }: { readonly box: 'all' | 'sent' | undefined }) {
  switch (box) {
    case undefined:
      return <Note title="Nothing to answer">Whoever answers one of your mails appears here.</Note>;
    case 'all':
      return <Note title="Nobody has answered yet">Answers to your mails appear here as they come.</Note>;
    case 'sent':
      return <Note title="No mail yet">Mails that you write, or that come from your mailbox, appear here.</Note>;
  }
}

function Row({ message, open }: { readonly message: Message; readonly open: boolean }) {
  const reply = message.replies.at(-1);
  const { shape, word } = standingOf(message, Date.now());
  const name = message.person?.name ?? message.toAddress;
  return (
    <Link
      from="/outreach/conversations"
      search={(old) => ({ ...old, open: message.id })}
      className={classes(styles.row, open && styles.current)}
      data-row={message.id}
      activeProps={{ 'aria-current': open ? 'true' : undefined }}
      preload={false}
    >
      <Avatar name={name} />
      <span className={styles.what}>
        <span className={styles.first}>
          <strong dir="auto">{name}</strong>
          <Time at={reply?.receivedAt ?? message.sentAt ?? message.stateSince} />
        </span>
        <span className="cut" dir="auto">
          {message.subject}
        </span>
        <span className={styles.last}>
          {reply ? (
            <span className="cut soft" dir="auto">
              {reply.kind === 'AUTOMATIC' ? 'Automatic: ' : ''}
              {reply.text}
            </span>
          ) : (
            <Status shape={shape}>{word}</Status>
          )}
        </span>
      </span>
    </Link>
  );
}

interface ThreadProps {
  readonly id: string;
  readonly known: Message | undefined;
  readonly onClose: () => void;
}

function Thread({ id, known, onClose }: ThreadProps) {
  const viewer = useViewer();
  const query = useApiQuery(OneMessage, { message: id }, { enabled: known === undefined });
  const message = known ?? query.data?.data.message ?? null;
  const personId = message?.person?.id ?? null;
  const person = useApiQuery(PersonInFull, { person: personId ?? '' }, { enabled: personId !== null }).data?.data
    .person;
  const [draft, setDraft] = useState<Draft | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const ready = message !== null;
  useEffect(() => {
    if (ready) heading.current?.focus({ preventScroll: true });
  }, [ready]);

  usePageKeys('Conversation', [{ key: 'Escape', name: 'Close', perform: onClose }]);
  const began = useRef<Element | null>(null);

  const contact = person?.contactability ?? null;
  const answer = (of: Message) => {
    if (!person) return;
    began.current = document.activeElement;
    setDraft(loadDraft(draftKey(person.id, of.id)) ?? answerTo(of, viewer.id, crypto.randomUUID()));
  };
  return (
    <section className={styles.thread} aria-label="Conversation">
      <header className={styles.about}>
        <Link
          from="/outreach/conversations"
          search={({ open: _, ...rest }) => rest}
          className={classes(buttonClass('quiet', { small: true }), styles.back)}
        >
          <ChevronLeft aria-hidden="true" />
          Back to the list
        </Link>
        <h2 ref={heading} tabIndex={-1} dir="auto">
          {message?.person?.name ?? 'Conversation'}
        </h2>
        {person ? (
          <p className="soft" dir="auto">
            {[person.title, person.company].filter(Boolean).join(' at ')}
          </p>
        ) : null}
        <p className={styles.ways}>
          {message?.person ? (
            <Link to="/people/$person" params={{ person: message.person.id }} className={styles.link}>
              Open the person
            </Link>
          ) : null}
          {message?.job ? (
            <Link to="/jobs/$job/board" params={{ job: message.job.id }} className={styles.link} dir="auto">
              {message.job.title}
            </Link>
          ) : null}
        </p>
      </header>
      <div className={styles.mails}>
        {personId ? (
          <div className={styles.paper}>
            <Exchange person={personId} onAnswer={person?.viewerCan.write ? answer : undefined} />
          </div>
        ) : message ? (
          <div className={styles.paper}>
            <MessageView message={message} />
          </div>
        ) : query.isPending ? (
          <Skeleton rows={3} label="Loading the conversation" />
        ) : (
          <Note title="There is no such message">It may not be for you.</Note>
        )}
      </div>
      {draft && person && message ? (
        <div className={styles.answer}>
          <Composer
            key={draft.key}
            person={person}
            addresses={person.emails.map((email) => email.value)}
            job={message.job}
            obstacle={contact?.blocker ? { blocker: contact.blocker, until: contact.until } : null}
            ownership={person.ownership}
            draft={draft}
            onChange={setDraft}
            onClose={() => {
              setDraft(null);
              const back = began.current;
              (back instanceof HTMLElement && back.isConnected ? back : heading.current)?.focus();
            }}
          />
        </div>
      ) : null}
    </section>
  );
}
