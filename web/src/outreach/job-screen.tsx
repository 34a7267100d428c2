import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useApiQuery } from '../api/context';
import { JobMessages, JobOfMessages, type MessageState } from '../api/generated';
import { JobBar, NoSuchJob } from '../jobs/parts';
import { Page } from '../shell/page';
import { useViewer } from '../shell/viewer';
import { Message as Note } from '../ui/region';
import { Sheet } from '../ui/sheet';
import { MessageList } from './message-list';
import { useMessages, useMessagesLive } from './messages';
import styles from './screen.module.css';
import { STATES } from './states';

const ORDER: readonly MessageState[] = ['IN_DOUBT', 'SCHEDULED', 'SENT', 'BOUNCED', 'FAILED', 'CANCELLED'];

/** The mails about one job. */
export function JobOutreachScreen() {
  const { job } = useParams({ from: '/jobs/$job/outreach' });
  const [state, setState] = useState<MessageState | null>(null);
  const found = useMessages(JobMessages, { job, state }, (data) => data.messages);
  useMessagesLive(null, found.cursor);
  const { writeToPeople } = useViewer().can;
  const about = useApiQuery(JobOfMessages, { job });
  if (about.data?.problems.some(({ code }) => code === 'NOT_FOUND')) {
    return (
      <Page title="Outreach">
        <NoSuchJob />
      </Page>
    );
  }
  return (
    <Page title={about.data?.data.job?.title ?? 'Outreach'} fixed>
      <JobBar job={job} />
      <div className={styles.content}>
        <Sheet
          title="Mails about this job"
          beside={
            <label className={styles.filter}>
              Standing
              <select
                value={state ?? ''}
                onChange={({ target }) => setState(ORDER.find((each) => each === target.value) ?? null)}
              >
                <option value="">Any</option>
                {ORDER.map((each) => (
                  <option key={each} value={each}>
                    {STATES[each].word}
                  </option>
                ))}
              </select>
            </label>
          }
        >
          <MessageList
            of={found}
            withPerson
            empty={
              state ? (
                <Note within title="None stands like this">
                  There may be others about this job.
                </Note>
              ) : (
                <Note within title="No mail about this job yet">
                  {writeToPeople
                    ? 'Write one from a candidate’s drawer on the board.'
                    : 'Mails to its candidates appear here.'}
                </Note>
              )
            }
          />
        </Sheet>
      </div>
    </Page>
  );
}
