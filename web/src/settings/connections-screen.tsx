import { useApiQuery } from '../api/context';
import { CompareWithAts, type ConnectionFieldsFragment, Connections, StartSync } from '../api/generated';
import { useAct } from '../shell/act';
import { QueryFailure } from '../shell/query-failure';
import { useViewer } from '../shell/viewer';
import { Button } from '../ui/button';
import { Message, Skeleton } from '../ui/region';
import { Sheet } from '../ui/sheet';
import { Status } from '../ui/status';
import { Time } from '../ui/time';
import { capitalised } from '../ui/words';
import { CustomFieldsSheet } from './custom-fields';
import { SettingsPage } from './parts';
import styles from './screen.module.css';

const RELOAD_MS = 3_000;

export function ConnectionsScreen() {
  const connections = useApiQuery(Connections, {}, { every: RELOAD_MS });
  const { roles } = useViewer();
  const rows = connections.data?.data.sync;
  return (
    <SettingsPage>
      {rows ? (
        rows.length > 0 ? (
          rows.map((connection) => <ConnectionSheet key={connection.connection} connection={connection} />)
        ) : (
          <Message title="No ATS is connected">An operator connects it in the settings of the service.</Message>
        )
      ) : connections.isPending ? (
        <Skeleton rows={5} label="Loading connections" />
      ) : (
        <QueryFailure
          what="The connections cannot be shown"
          query={connections}
          problem={connections.data?.problems[0]}
        />
      )}
      {roles.includes('ADMIN') ? <CustomFieldsSheet /> : null}
    </SettingsPage>
  );
}

function ConnectionSheet({ connection }: { readonly connection: ConnectionFieldsFragment }) {
  const { act, busy } = useAct();
  const { can, roles } = useViewer();

  const start = (full: boolean) =>
    act({
      mutation: StartSync,
      variables: { input: { connection: connection.connection, full } },
      pick: (data) => data.startSync,
      said: full ? 'Everything is being read again' : 'The ATS is being read',
      reload: [Connections],
    });
  const compare = (acceptMissing: boolean) =>
    act({
      mutation: CompareWithAts,
      variables: { input: { connection: connection.connection, acceptMissing } },
      pick: (data) => data.compareWithAts,
      said: 'The comparison was asked for',
      reload: [Connections],
    });

  const running = connection.state === 'RUNNING';
  const { comparison } = connection;
  return (
    <Sheet
      title={`${capitalised(connection.kind)} · ${connection.connection}`}
      beside={<Phase connection={connection} />}
    >
      {connection.error ? <p className={styles.problem}>{connection.error}</p> : null}
      <dl className={styles.facts}>
        <dt>Last run</dt>
        <dd>
          {connection.finishedAt ? <Time at={connection.finishedAt} /> : 'none has ended yet'}
          {connection.full ? ', read everything' : ', read what had changed'}
        </dd>
        {running ? (
          <>
            <dt>Now</dt>
            <dd>
              {connection.collections
                .filter((collection) => !collection.done)
                .map((collection) => `${collection.name}: ${collection.records.toLocaleString()} read`)
                .slice(0, 1)}
            </dd>
          </>
        ) : null}
        <Count name="Moves on their way to the ATS" count={connection.pendingWrites} shape="pending" />
        <Count name="Conflicts" count={connection.conflicts} shape="conflict" />
        <Count name="Records that could not be read" count={connection.unreadRecords} shape="warn" />
        <Count name="Deliveries of an unknown kind" count={connection.unknownDeliveries} shape="hint" />
        <Count name="Endings that could not be applied" count={connection.unappliedEndings} shape="warn" />
      </dl>
      {can.runSync ? (
        <div className={styles.actions}>
          <Button look="primary" disabled={busy || running} onClick={() => void start(false)}>
            Sync now
          </Button>
          <Button disabled={busy || running} onClick={() => void start(true)}>
            Read everything again
          </Button>
          <Button disabled={busy || comparison?.state === 'RUNNING'} onClick={() => void compare(false)}>
            Compare with the ATS
          </Button>
          <p>Reading everything again takes a while and counts against the ATS’s limit of requests.</p>
        </div>
      ) : null}
      {comparison?.startedAt ? (
        <>
          <h3>
            Comparison, {comparison.state === 'RUNNING' ? 'running since ' : 'begun '}
            <Time at={comparison.startedAt} />
          </h3>
          {comparison.state === 'STOPPED' ? (
            <div className={styles.actions}>
              <Status shape="bad" large>
                It stopped: too much is missing in the ATS
              </Status>
              {roles.includes('ADMIN') ? (
                <Button danger disabled={busy} onClick={() => void compare(true)}>
                  It is right: end what is missing there
                </Button>
              ) : null}
            </div>
          ) : null}
          <table>
            <thead>
              <tr>
                <th scope="col">What</th>
                <th scope="col" className="figure">
                  Compared
                </th>
                <th scope="col" className="figure">
                  Missing there
                </th>
                <th scope="col" className="figure">
                  Missing here
                </th>
                <th scope="col" className="figure">
                  Different
                </th>
              </tr>
            </thead>
            <tbody>
              {comparison.collections.map((collection) => (
                <tr key={collection.name}>
                  <th scope="row">{collection.name.replaceAll('_', ' ')}</th>
                  <td className="figure">{`${collection.read.toLocaleString()} of ${collection.expected.toLocaleString()}`}</td>
                  <td className="figure">{collection.missingThere}</td>
                  <td className="figure">{collection.missingHere}</td>
                  <td className="figure">{collection.different}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      ) : null}
    </Sheet>
  );
}

function Phase({ connection }: { readonly connection: ConnectionFieldsFragment }) {
  switch (connection.state) {
    case 'IDLE':
      return <Status shape="good">In step</Status>;
    case 'RUNNING':
      return <Status shape="pending">Reading</Status>;
    case 'FAILED':
      return <Status shape="bad">The last run failed</Status>;
    case 'NOT_STARTED':
      return <Status shape="waiting">Not read yet</Status>;
  }
}

function Count({ name, count, shape }: { name: string; count: number; shape: Parameters<typeof Status>[0]['shape'] }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {count === 0 ? (
          'none'
        ) : (
          <Status shape={shape} large>
            {count.toLocaleString()}
          </Status>
        )}
      </dd>
    </>
  );
}
