import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useApiQuery } from '../api/context';
import { ApiError } from '../api/errors';
import { PersonRecord, type PersonRecordQuery } from '../api/generated';
import { QueryFailure } from '../shell/query-failure';
import { Button, buttonClass } from '../ui/button';
import { Message, Skeleton } from '../ui/region';
import { Status } from '../ui/status';
import { date, Time } from '../ui/time';
import { standing } from './applications';
import { History } from './history';
import styles from './person.module.css';

type Remains = NonNullable<PersonRecordQuery['personRecord']>;

/**
 * Instead of a person who is not found: what became of their record, as far as the viewer may know.
 *
 * @param page whether it is the person's own page, which goes on to the record that remains of a merge.
 */
export function Former({ person, page }: { readonly person: string; readonly page: boolean }) {
  const query = useApiQuery(PersonRecord, { person });
  const navigate = useNavigate();
  const record = query.data?.data.personRecord;
  const remaining = record?.state === 'MERGED' ? record.person?.id : undefined;
  useEffect(() => {
    if (!page || remaining === undefined) return;
    void navigate({ to: '/people/$person', params: { person: remaining }, search: { merged: '1' }, replace: true });
  }, [page, remaining, navigate]);

  if (!record) {
    const problem = query.data?.problems[0];
    const code = query.error instanceof ApiError ? query.error.code : problem?.code;
    if (query.isPending) return <Skeleton rows={3} label="Loading the record" />;
    if (code === 'NOT_FOUND' || code === 'INVALID_ID') return <Gone />;
    return <QueryFailure what="The person cannot be shown" query={query} problem={problem} />;
  }
  if (remaining !== undefined) {
    return (
      <Message
        title="This record was merged"
        actions={
          <Link to="/people/$person" params={{ person: remaining }} className={buttonClass('plain')}>
            Go to the record that remains
          </Link>
        }
      >
        It was a second record of the same person. Everything that belonged to it is with the one that remains.
      </Message>
    );
  }
  return record.state === 'ERASED' ? <Erased record={record} /> : <Gone />;
}

/** The same words for a person who never was and for one who is not for the viewer. */
export function Gone() {
  return <Message title="There is nobody here">They may never have been here, or not be for you.</Message>;
}

/** On the page of the record that remains, for who came by a link to the other one. */
export function MergedNotice({ onDismiss }: { readonly onDismiss: () => void }) {
  return (
    <div className={styles.notice} role="status">
      <Status shape="hint">Your link led to a second record of this person</Status>
      <span>The two were merged: this is the one that remains.</span>
      <Button look="quiet" small onClick={onDismiss}>
        Dismiss
      </Button>
    </div>
  );
}

/** A pseudonymous log: what happened to the applications of somebody, and nothing of who it was. */
function Erased({ record: { endedAt, applications } }: { readonly record: Remains }) {
  return (
    <div className={styles.erased}>
      <Status shape="closed" large>
        Erased
      </Status>
      <p>
        This person was erased{endedAt ? <> on {<Time at={endedAt} as={date} />}</> : null}. Their name, how to reach
        them, and what was written to and about them are gone, and they are not written to again.
      </p>
      {applications.length === 0 ? (
        <p className="soft">There is no application of theirs to show here.</p>
      ) : (
        <>
          <p className="soft">What remains says when something happened, so that the figures of the jobs stay right.</p>
          {applications.map((application) => (
            <section key={application.id} className={styles.remains}>
              <h2 dir="auto">
                {application.job ? (
                  <Link to="/jobs/$job/board" params={{ job: application.job.id }} className={styles.link}>
                    {application.job.title}
                  </Link>
                ) : (
                  'A job that you may not see'
                )}
              </h2>
              <p className="soft">
                {standing(application, Date.now())} · applied <Time at={application.appliedAt} as={date} />
              </p>
              <History application={application} />
            </section>
          ))}
        </>
      )}
    </div>
  );
}
