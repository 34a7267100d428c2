import { PersonMessages } from '../api/generated';
import { type Message as Mail, MessageList, useMessages, useMessagesLive } from '../outreach/parts';
import { Message } from '../ui/region';

interface MessagesProps {
  readonly person: string;
  readonly onAnswer: ((message: Mail) => void) | undefined;
}

/** Mails to a person and their replies, live. */
export function Messages({ person, onAnswer }: MessagesProps) {
  const found = useMessages(PersonMessages, { person }, (data) => data.messages);
  useMessagesLive(person, found.cursor);
  return (
    <MessageList
      of={found}
      onAnswer={onAnswer}
      empty={<Message title="No mail yet">Mails that you may read, and the answers to them, appear here.</Message>}
    />
  );
}
