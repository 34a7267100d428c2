import { useApiQuery } from '../api/context';
import { ApplicationHistory, type TransitionKind } from '../api/generated';
import { Failure, Message, Skeleton } from '../ui/region';
import { Time } from '../ui/time';
import type { Application } from './applications';
import styles from './person.module.css';

const KINDS: Record<TransitionKind, string> = {
  RECEIVED: 'Received',
  MOVED: 'Moved',
  REJECTED: 'Rejected',
  WITHDRAWN: 'Withdrawn',
  HIRED: 'Hired',
  REOPENED: 'Reopened',
};

/** Every change of an application, the oldest first, as it counts in the figures. */
export function History({ application }: { readonly application: Pick<Application, 'id'> | null }) {
  const query = useApiQuery(
    ApplicationHistory,
    { application: application?.id ?? '' },
    { enabled: application !== null },
  );
  if (!application)
    return (
      <Message within title="No application">
        There is none that you may see.
      </Message>
    );
  const history = query.data?.data.application?.history;
  if (!history) {
    if (query.isPending) return <Skeleton rows={4} label="Loading the history" />;
    return (
      <Failure
        what="The history cannot be shown"
        reason={query.data?.problems[0]?.message ?? query.error?.message ?? ''}
        onRetry={() => void query.refetch()}
      />
    );
  }
  return (
    <ol className={styles.history}>
      {history.map((change, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the history only grows at its end
        <li key={place}>
          <strong>{KINDS[change.kind]}</strong>{' '}
          {change.toStage && change.fromStage && change.kind === 'MOVED' ? (
            <span>
              to <bdi>{change.toStage.name}</bdi>, from <bdi>{change.fromStage.name}</bdi>
            </span>
          ) : (
            <span>
              in <bdi>{(change.toStage ?? change.fromStage)?.name ?? 'a stage that no longer exists'}</bdi>
            </span>
          )}
          <span className="faint small">
            <Time at={change.occurredAt} /> · <bdi>{change.actor?.name ?? 'in the ATS'}</bdi>
            {late(change) ? (
              <>
                {' '}
                · recorded <Time at={change.recordedAt} />
              </>
            ) : null}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** Recorded so much later than it happened that it is worth saying. */
function late({ occurredAt, recordedAt }: { readonly occurredAt: string; readonly recordedAt: string }): boolean {
  return Date.parse(recordedAt) - Date.parse(occurredAt) > 3_600_000;
}
