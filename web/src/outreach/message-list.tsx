import type { ReactNode } from 'react';
import { QueryFailure } from '../shell/query-failure';
import { Button } from '../ui/button';
import { dimmedWhile, Skeleton } from '../ui/region';
import styles from './message.module.css';
import { MessageView } from './message-view';
import type { Message, useMessages } from './messages';

interface MessageListProps {
  readonly of: ReturnType<typeof useMessages>;
  readonly withPerson?: boolean;
  readonly onAnswer?: ((message: Message) => void) | undefined;
  /** Shown if there are none. */
  readonly empty: ReactNode;
}

/** Messages in full, the newest first. */
export function MessageList({
  of: { list, messages, problem },
  withPerson = false,
  onAnswer,
  empty,
}: MessageListProps) {
  if (!messages) {
    if (list.isPending) return <Skeleton rows={4} label="Loading messages" />;
    return <QueryFailure what="The messages cannot be shown" query={list} problem={problem} />;
  }
  if (messages.length === 0) return empty;
  return (
    <div {...dimmedWhile(list.isPlaceholderData)}>
      <ul className={styles.list}>
        {messages.map((message) => (
          <li key={message.id}>
            <MessageView message={message} withPerson={withPerson} onAnswer={onAnswer} />
          </li>
        ))}
      </ul>
      {list.hasNextPage ? (
        <div className={styles.more}>
          <Button onClick={() => void list.fetchNextPage()} disabled={list.isFetchingNextPage}>
            Show more
          </Button>
        </div>
      ) : null}
    </div>
  );
}
