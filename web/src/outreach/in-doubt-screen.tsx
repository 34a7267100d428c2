import { useNavigate, useSearch } from '@tanstack/react-router';
import { MessagesInDoubt } from '../api/generated';
import { Message as Note } from '../ui/region';
import { Segments } from '../ui/segments';
import { Sheet } from '../ui/sheet';
import { MessageList } from './message-list';
import { useMessages, useMessagesLive } from './messages';
import { OutreachPage } from './outreach-page';
import styles from './screen.module.css';

/** Messages of which nobody knows whether they were sent: each is settled by somebody who has looked. */
export function InDoubtScreen() {
  const search = useSearch({ from: '/outreach/in-doubt' });
  const navigate = useNavigate({ from: '/outreach/in-doubt' });
  const found = useMessages(MessagesInDoubt, { mine: search.who === undefined }, (data) => data.messages);
  useMessagesLive(null, found.cursor);
  return (
    <OutreachPage>
      <div className={styles.content}>
        <Sheet
          title="Sent, or not?"
          beside={
            <Segments
              label="Whose"
              options={[
                { value: 'mine', name: 'Mine' },
                { value: 'all', name: 'All that I may read' },
              ]}
              value={search.who ?? 'mine'}
              onChange={(who) => void navigate({ search: who === 'mine' ? {} : { who }, replace: true })}
            />
          }
        >
          <p className={styles.explained}>
            Rapport handed these to the mail server, and the connection broke before the server confirmed. They may have
            arrived. Rapport does not send them again by itself, so that nobody gets the same mail twice.
          </p>
          <MessageList
            of={found}
            withPerson
            empty={
              <Note within title="Nothing is in doubt">
                Of every mail it is known whether it was sent.
              </Note>
            }
          />
        </Sheet>
      </div>
    </OutreachPage>
  );
}
