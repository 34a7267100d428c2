import { Link } from '@tanstack/react-router';
import { Ban } from 'lucide-react';
import { useApiQuery } from '../api/context';
import { LiftSuppression, PersonInFull, PersonSuppressions, Suppressions, SuppressPerson } from '../api/generated';
import { InTouch, OBSTACLES } from '../outreach/parts';
import { useAct } from '../shell/act';
import { useViewer } from '../shell/viewer';
import { Button } from '../ui/button';
import { Status } from '../ui/status';
import { date, exact, Time } from '../ui/time';
import { JobAdditions } from './job-additions';
import type { Person } from './person';
import styles from './person.module.css';
import { liftableUntil, WHY } from './suppression';

/** Whether one may write to them, why not, and what can be done about it. */
export function Contact({ person }: { readonly person: Person }) {
  const { contactability, ownership } = person;
  // Who is in touch says it in better words.
  const owned = contactability?.blocker === 'OWNED';
  return (
    <div className={styles.contact}>
      {contactability === null || owned ? null : contactability.blocker === null ? (
        <Status shape="good">They may be written to</Status>
      ) : (
        <Status shape={OBSTACLES[contactability.blocker].passes ? 'paused' : 'bad'}>
          {OBSTACLES[contactability.blocker].before}
        </Status>
      )}
      {contactability?.until && !owned ? (
        <span className="soft small">
          Until <Time at={contactability.until} as={(at) => exact(at)} />
        </span>
      ) : null}
      {person.mayBeEmailed ? null : contactability?.blocker === 'NO_CONSENT' ? null : (
        <Status shape="warn">No consent to mail</Status>
      )}
      {ownership ? <InTouch person={person} ownership={ownership} /> : null}
      {person.viewerCan.suppress ? <Ledger person={person} /> : null}
      <JobAdditions person={person} />
    </div>
  );
}

/** What the ledger says of them; an entry made by mistake can be lifted for ten minutes. */
function Ledger({ person }: { readonly person: Person }) {
  const viewer = useViewer();
  const { act, busy } = useAct();
  const ledger = useApiQuery(PersonSuppressions, { person: person.id });
  const entries = ledger.data?.data.suppressions?.nodes ?? [];
  const whole = entries.some((entry) => entry.wholePerson);
  const now = Date.now();
  const reload = [PersonInFull, PersonSuppressions, Suppressions];
  return (
    <>
      {entries.map((entry) => {
        const until = liftableUntil(entry, viewer, now);
        return (
          <p key={entry.id} className={styles.ledger}>
            <span>
              {WHY[entry.reason]}
              {entry.wholePerson ? '' : ` (${entry.address ?? 'one address'})`},{' '}
              <Time at={entry.recordedAt} as={date} />
              {entry.recordedBy ? (
                <>
                  , by <bdi>{entry.recordedBy.name}</bdi>
                </>
              ) : null}
            </span>
            {until ? (
              <Button
                look="link"
                disabled={busy}
                onClick={() =>
                  void act({
                    mutation: LiftSuppression,
                    variables: { input: { suppressionId: entry.id } },
                    pick: (data) => data.liftSuppression,
                    said: `${person.name} may be written to again`,
                    reload,
                  })
                }
              >
                {until === 'always' ? 'Lift' : `Lift, until ${until}`}
              </Button>
            ) : (
              <Link to="/settings/suppression" className={styles.link}>
                Ledger
              </Link>
            )}
          </p>
        );
      })}
      {whole || !ledger.data?.data.suppressions ? null : (
        <Button
          look="quiet"
          small
          disabled={busy}
          onClick={() =>
            void act({
              mutation: SuppressPerson,
              variables: { input: { personId: person.id } },
              pick: (data) => data.suppressPerson,
              said: `${person.name} is not written to any more. You can lift it for ten minutes.`,
              reload,
            })
          }
        >
          <Ban aria-hidden="true" />
          Do not contact
        </Button>
      )}
    </>
  );
}
