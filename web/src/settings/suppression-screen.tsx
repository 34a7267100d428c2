import { useState } from 'react';
import { LiftSuppression, type SuppressionReason, Suppressions } from '../api/generated';
import { useApiPages } from '../api/pages';
import { liftableUntil } from '../people/parts';
import { useAct } from '../shell/act';
import { NotFoundPage } from '../shell/not-found-page';
import { QueryFailure } from '../shell/query-failure';
import { useViewer } from '../shell/viewer';
import { Button } from '../ui/button';
import { Message, Skeleton } from '../ui/region';
import { Segments } from '../ui/segments';
import { Sheet } from '../ui/sheet';
import { date, Time } from '../ui/time';
import { OwnershipSheet } from './ownership-sheet';
import { SettingsPage } from './parts';
import styles from './screen.module.css';

const REASONS: Record<SuppressionReason, string> = {
  UNSUBSCRIBED: 'Unsubscribed',
  BOUNCED: 'Mail comes back',
  DO_NOT_CONTACT: 'Not to be contacted',
  COMPLAINED: 'Called it spam',
  ERASED: 'Erased',
};

export function SuppressionScreen() {
  const { can } = useViewer();
  return can.seeSuppressions ? <Entries /> : <NotFoundPage />;
}

function Entries() {
  const { act } = useAct();
  const viewer = useViewer();
  const now = Date.now();
  const [lifted, setLifted] = useState(false);
  const { query: entries, rows } = useApiPages(Suppressions, { lifted }, (data) => data.suppressions);
  const problem = entries.data?.pages[0]?.problems[0];

  const lift = (suppressionId: string) =>
    act({
      mutation: LiftSuppression,
      variables: { input: { suppressionId } },
      pick: (data) => data.liftSuppression,
      said: 'Lifted: mail may be sent there again',
      reload: [Suppressions],
    });

  return (
    <SettingsPage>
      {rows ? (
        <Sheet
          title="People and addresses that are not written to"
          beside={
            <Segments
              label="Entries"
              options={[
                { value: 'current', name: 'In force' },
                { value: 'all', name: 'With lifted ones' },
              ]}
              value={lifted ? 'all' : 'current'}
              onChange={(value) => setLifted(value === 'all')}
            />
          }
        >
          {rows.length === 0 ? (
            <p className={styles.explained}>Nobody. Who unsubscribes, bounces or must not be contacted appears here.</p>
          ) : (
            <table>
              <thead>
                <tr>
                  <th scope="col">Who</th>
                  <th scope="col">Why</th>
                  <th scope="col">Since</th>
                  <th scope="col">By</th>
                  <th scope="col">
                    <span className="unseen">Lift</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {rows.map((entry) => (
                  <tr key={entry.id}>
                    <th scope="row" dir="auto">
                      {entry.person?.name ?? entry.address ?? 'No longer known'}
                      {entry.person && entry.address ? <div className="faint small">{entry.address}</div> : null}
                      {entry.wholePerson ? null : <div className="faint small">this address only</div>}
                    </th>
                    <td>{REASONS[entry.reason]}</td>
                    <td>
                      <Time at={entry.recordedAt} as={date} />
                    </td>
                    <td>{entry.recordedBy?.name ?? 'Rapport'}</td>
                    <td className="figure">
                      {entry.liftedAt ? (
                        <span className="faint">
                          lifted <Time at={entry.liftedAt} as={date} />
                        </span>
                      ) : liftableUntil(entry, viewer, now) === null ? null : (
                        <Button small onClick={() => void lift(entry.id)}>
                          Lift
                        </Button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          {entries.hasNextPage ? (
            <div className={styles.actions}>
              <Button onClick={() => void entries.fetchNextPage()}>Show more</Button>
            </div>
          ) : null}
        </Sheet>
      ) : entries.isPending ? (
        <Skeleton rows={6} label="Loading the ledger" />
      ) : problem?.code === 'FORBIDDEN' ? (
        <Message title="The ledger is not for you">{problem.message}</Message>
      ) : (
        <QueryFailure what="The ledger cannot be shown" query={entries} problem={problem} />
      )}
      <OwnershipSheet />
    </SettingsPage>
  );
}
