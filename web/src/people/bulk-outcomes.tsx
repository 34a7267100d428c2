import { Link } from '@tanstack/react-router';
import { Suspense, useEffect, useEffectEvent, useState } from 'react';
import { useApiQuery, useLive, useServices } from '../api/context';
import {
  BulkActionChanged,
  type BulkActionKind,
  type BulkFieldsFragment,
  BulkMembers,
  type BulkMembersQuery,
  type BulkOutcome,
  BulkProgress,
  BulkWarnings,
} from '../api/generated';
import { useApiPages } from '../api/pages';
import { inTouch } from '../outreach/parts';
import { BulkRequest } from '../reviews/parts';
import { Button, buttonClass } from '../ui/button';
import { isolated } from '../ui/names';
import { Skeleton } from '../ui/region';
import { Status } from '../ui/status';
import { ACTIONS, countOf, isOnApplications, NOT_DONE, newest, notDone, outcomeOf, summary } from './bulk';
import { ShowMore } from './results';
import styles from './saved.module.css';

export type Checked = BulkFieldsFragment;

interface OutcomesProps {
  readonly checked: Checked;
  readonly busy: boolean;
  /** Of an action that is checked first. */
  readonly onStart?: () => void;
  /** Its people were put before reviewers. */
  readonly onRequested?: (action: Checked) => void;
  /** It is over. */
  readonly onDone?: (action: Checked) => void;
}

/** What an action would do, how far it is, and what it did; each person for themselves. */
export function Outcomes({ checked, busy, onStart, onRequested, onDone }: OutcomesProps) {
  const { id, kind } = checked;
  const now = useProgress(checked);
  const done = now.state === 'DONE';
  const { cache } = useServices();
  useEffect(() => {
    if (done) void cache.invalidateQueries({ queryKey: [BulkMembers.name] });
  }, [cache, done]);
  const over = useEffectEvent(() => onDone?.(now));
  useEffect(() => {
    if (done) over();
  }, [done]);
  const onApplications = isOnApplications(kind);
  const warnings = useApiQuery(BulkWarnings, { action: id }, { enabled: !onApplications });
  const warned = warnings.data?.data.node;
  const owned = warned?.__typename === 'BulkAction' ? warned.ownedByOthers : null;
  const possible = countOf(checked.expected, 'DONE');

  return (
    <div>
      <p aria-live="polite">
        {checked.state === 'CHECKED' ? (
          summary(kind, checked.expected, false)
        ) : done ? (
          <Status shape={notDone(now.outcomes) > 0 && onApplications ? 'warn' : 'good'}>
            {summary(kind, now.outcomes, true)}
          </Status>
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
      {onApplications ? (
        <>
          {done && now.mails > 0 ? (
            <>
              <Status shape="waiting">{now.mails === 1 ? 'A mail goes to 1' : `A mail goes to ${now.mails}`}</Status>
              <Members action={id} kind={kind} outcome="DONE" />
            </>
          ) : null}
          {NOT_DONE.filter((outcome) => countOf(now.outcomes, outcome) > 0).map((outcome) => (
            <Members key={outcome} action={id} kind={kind} outcome={outcome} />
          ))}
        </>
      ) : (
        <Members action={id} kind={kind} outcome={null} />
      )}
      {checked.state !== 'CHECKED' ? null : kind === 'REQUEST_REVIEW' ? (
        possible > 0 && onRequested ? (
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

type Refusal = NonNullable<
  Extract<NonNullable<BulkMembersQuery['node']>, { readonly __typename: 'BulkAction' }>['members']
>['nodes'][number]['refusal'];

interface MembersProps {
  readonly action: string;
  readonly kind: BulkActionKind;
  /** Only those of whom this became. */
  readonly outcome: BulkOutcome | null;
}

function Members({ action, kind, outcome: only }: MembersProps) {
  const { query, rows } = useApiPages(BulkMembers, { action, outcome: only }, ({ node }) =>
    node?.__typename === 'BulkAction' ? node.members : null,
  );
  const now = Date.now();
  // Who of those who were rejected is told of it.
  const told = kind === 'REJECT_APPLICATIONS' && only === 'DONE';
  if (!rows) return null;
  return (
    <div className={styles.members}>
      <table>
        <caption className="unseen">What becomes of each</caption>
        <tbody>
          {rows.map(({ number, person, expected, outcome, inProcess, mail, refusal }) => (
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
                {refusal
                  ? reasonOf(refusal)
                  : person?.ownership && !person.ownership.isViewer
                    ? inTouch(person.ownership, now)
                    : inProcess
                      ? 'in process'
                      : told
                        ? mail
                          ? 'a mail goes'
                          : 'no mail'
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

/** Why not, as it is said of this one alone: after a conflict, where it is now. */
function reasonOf(refusal: NonNullable<Refusal>): string {
  if (refusal.__typename !== 'StageConflict') return refusal.message;
  const { changedBy, current } = refusal;
  const by = changedBy ? `, by ${isolated(changedBy.name)}` : '';
  if (current.status !== 'ACTIVE') return `${ENDED[current.status]}${by}`;
  return current.stage ? `Now in ${isolated(current.stage.name)}${by}` : refusal.message;
}

const ENDED = { REJECTED: 'Rejected', WITHDRAWN: 'Withdrawn', HIRED: 'Hired' } as const;
const SHAPES = {
  DONE: 'yes',
  UNCHANGED: 'closed',
  CONFLICT: 'conflict',
  REFUSED: 'bad',
  NOT_FOUND: 'bad',
  FAILED: 'bad',
} as const satisfies Record<BulkOutcome, string>;
