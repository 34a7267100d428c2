import { PersonMessages } from '../api/generated';
import { Message as Note } from '../ui/region';
import { MessageList } from './message-list';
import { type Message, useMessages, useMessagesLive } from './messages';

interface ExchangeProps {
  readonly person: string;
  /** Opens an answer to a message; absent for those who do not write to people. */
  readonly onAnswer: ((message: Message) => void) | undefined;
}

/** Mails to a person and their replies, the newest first, live. */
export function Exchange({ person, onAnswer }: ExchangeProps) {
  const found = useMessages(PersonMessages, { person }, (data) => data.messages);
  useMessagesLive(person, found.cursor);
  return (
    <MessageList
      of={found}
      onAnswer={onAnswer}
      empty={
        <Note within title="No mail yet">
          Mails that you may read, and the answers to them, appear here.
        </Note>
      }
    />
  );
}
