import { Link } from '@tanstack/react-router';
import { Suspense, useEffect, useState } from 'react';
import { useApiQuery, useLive, useServices } from '../api/context';
import {
  BulkActionChanged,
  type BulkActionKind,
  type BulkFieldsFragment,
  BulkMembers,
  BulkProgress,
  BulkWarnings,
} from '../api/generated';
import { useApiPages } from '../api/pages';
import { inTouch } from '../outreach/parts';
import { BulkRequest } from '../reviews/parts';
import { Button, buttonClass } from '../ui/button';
import { Skeleton } from '../ui/region';
import { Status } from '../ui/status';
import { ACTIONS, countOf, newest, outcomeOf, summary } from './bulk';
import { ShowMore } from './results';
import styles from './saved.module.css';

export type Checked = BulkFieldsFragment;

interface OutcomesProps {
  readonly checked: Checked;
  readonly busy: boolean;
  readonly onStart: () => void;
  /** Its people were put before reviewers. */
  readonly onRequested: (action: Checked) => void;
}

/** What an action would do, how far it is, and what it did; each person for themselves. */
export function Outcomes({ checked, busy, onStart, onRequested }: OutcomesProps) {
  const { id, kind } = checked;
  const now = useProgress(checked);
  const done = now.state === 'DONE';
  const { cache } = useServices();
  useEffect(() => {
    if (done) void cache.invalidateQueries({ queryKey: [BulkMembers.name] });
  }, [cache, done]);
  const warnings = useApiQuery(BulkWarnings, { action: id });
  const warned = warnings.data?.data.node;
  const owned = warned?.__typename === 'BulkAction' ? warned.ownedByOthers : null;
  const possible = countOf(checked.expected, 'DONE');

  return (
    <div>
      <p aria-live="polite">
        {checked.state === 'CHECKED' ? (
          summary(kind, checked.expected, false)
        ) : done ? (
          <Status shape="good">{summary(kind, now.outcomes, true)}</Status>
        ) : (
          <Status shape="pending">
            {`${countOf(now.outcomes).toLocaleString()} of ${now.people.toLocaleString()}`}
          </Status>
        )}
      </p>
      {checked.state === 'CHECKED' && (checked.inProcess > 0 || (owned ?? 0) > 0) ? (
        <p className={styles.fields}>
          {checked.inProcess > 0 ? (
            <Status shape="warn">{`${checked.inProcess.toLocaleString()} in process already`}</Status>
          ) : null}
          {(owned ?? 0) > 0 ? (
            <Status shape="paused">{`A colleague is in touch with ${(owned ?? 0).toLocaleString()}`}</Status>
          ) : null}
        </p>
      ) : null}
      <Members action={id} kind={kind} />
      {checked.state !== 'CHECKED' ? null : kind === 'REQUEST_REVIEW' ? (
        possible > 0 ? (
          <Suspense fallback={<Skeleton rows={3} label="Loading the request" />}>
            <BulkRequest action={id} people={possible} onRequested={onRequested} />
          </Suspense>
        ) : null
      ) : (
        <Button look="primary" disabled={busy || possible === 0} onClick={onStart}>
          {ACTIONS[kind].name}: {possible === 1 ? '1 person' : `${possible.toLocaleString()} people`}
        </Button>
      )}
      {now.review ? (
        <Link to="/reviews/$review" params={{ review: now.review.id }} className={buttonClass('plain')}>
          Open the review
        </Link>
      ) : null}
    </div>
  );
}

/** An action that was started, followed until it is done. */
const ANEW_MS = 10_000;

function useProgress(checked: Checked): Checked {
  const { id } = checked;
  const running = checked.state === 'RUNNING';
  const [told, setTold] = useState<Checked | null>(null);
  // Asked for now and then as well: a gateway that has just started cannot tell what happened before.
  const asking = running && told?.state !== 'DONE';
  const loaded = useApiQuery(BulkProgress, { action: id }, { enabled: asking, every: ANEW_MS });
  const node = loaded.data?.data.node;
  const now = newest(checked, node?.__typename === 'BulkAction' ? node : null, told) ?? checked;
  useLive(
    BulkActionChanged,
    loaded.data && now.state === 'RUNNING' ? { bulkAction: id } : null,
    loaded.data?.data.cursor ?? null,
    (data) => data.bulkActionChanged,
    {
      onChange: ({ bulkAction }) => setTold((old) => newest(old, bulkAction)),
      onGap: async () => (await loaded.refetch()).data?.data.cursor,
    },
  );
  return now;
}

interface MembersProps {
  readonly action: string;
  readonly kind: BulkActionKind;
}

function Members({ action, kind }: MembersProps) {
  const { query, rows } = useApiPages(BulkMembers, { action, outcome: null }, ({ node }) =>
    node?.__typename === 'BulkAction' ? node.members : null,
  );
  const now = Date.now();
  if (!rows) return null;
  return (
    <div className={styles.members}>
      <table>
        <caption className="unseen">What becomes of each</caption>
        <tbody>
          {rows.map(({ number, person, expected, outcome, inProcess }) => (
            <tr key={number}>
              <th scope="row" dir="auto">
                {person?.name ?? 'Nobody you see'}
              </th>
              <td>
                <Status shape={SHAPES[outcome ?? expected]}>
                  {outcomeOf(kind, outcome ?? expected, outcome !== null)}
                </Status>
              </td>
              <td>
                {person?.ownership && !person.ownership.isViewer
                  ? inTouch(person.ownership, now)
                  : inProcess
                    ? 'in process'
                    : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <ShowMore pages={query} />
    </div>
  );
}

const SHAPES = { DONE: 'yes', UNCHANGED: 'closed', NOT_FOUND: 'bad', FAILED: 'bad' } as const;
