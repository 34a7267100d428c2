import { Link } from '@tanstack/react-router';
import { useApiQuery } from '../api/context';
import { type BulkActionKind, BulkMembers, BulkProgress, BulkWarnings, type CheckBulkAction } from '../api/generated';
import { useApiPages } from '../api/pages';
import { inTouch } from '../outreach/parts';
import { Button, buttonClass } from '../ui/button';
import { Status } from '../ui/status';
import { ACTIONS, countOf, outcomeOf, summary } from './bulk';
import { ShowMore } from './results';
import styles from './saved.module.css';

const EVERY_MS = 500;

export type Checked = Extract<
  NonNullable<NonNullable<(typeof CheckBulkAction)['result']>['checkBulkAction']>,
  { __typename: 'BulkAction' }
>;

interface OutcomesProps {
  readonly checked: Checked;
  readonly busy: boolean;
  readonly onStart: () => void;
}

/** What an action would do, how far it is, and what it did; each person for themselves. */
export function Outcomes({ checked, busy, onStart }: OutcomesProps) {
  const { id, kind } = checked;
  const running = checked.state === 'RUNNING';
  const progress = useApiQuery(BulkProgress, { action: id }, { enabled: running, every: EVERY_MS });
  const node = progress.data?.data.node;
  const now = running && node?.__typename === 'BulkAction' ? node : checked;
  const done = now.state === 'DONE';
  const warnings = useApiQuery(BulkWarnings, { action: id });
  const warned = warnings.data?.data.node;
  const owned = warned?.__typename === 'BulkAction' ? warned.ownedByOthers : null;
  const possible = countOf(checked.expected, 'DONE');

  return (
    <div aria-live="polite">
      <p>
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
      <Members key={now.state} action={id} kind={kind} done={done} />
      {checked.state !== 'CHECKED' ? null : kind === 'REQUEST_REVIEW' ? (
        <ReviewThem action={id} possible={possible} />
      ) : (
        <Button look="primary" disabled={busy || possible === 0} onClick={onStart}>
          {ACTIONS[kind].name}: {possible === 1 ? '1 person' : `${possible.toLocaleString()} people`}
        </Button>
      )}
    </div>
  );
}

interface MembersProps {
  readonly action: string;
  readonly kind: BulkActionKind;
  readonly done: boolean;
}

function Members({ action, kind, done }: MembersProps) {
  const { query, rows } = useApiPages(BulkMembers, { action, outcome: null }, ({ node }) =>
    node?.__typename === 'BulkAction' ? node.members : null,
  );
  const now = Date.now();
  if (!rows) return null;
  return (
    <div className={styles.members}>
      <table>
        <caption className="unseen">What {done ? 'became' : 'would become'} of each</caption>
        <tbody>
          {rows.map(({ number, person, expected, outcome, inProcess }) => (
            <tr key={number}>
              <th scope="row" dir="auto">
                {person?.name ?? 'Nobody you see'}
              </th>
              <td>
                <Status shape={SHAPES[outcome ?? expected]}>{outcomeOf(kind, outcome ?? expected, done)}</Status>
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

/** Who can be reviewed goes on to where reviewers are chosen. */
function ReviewThem({ action, possible }: { readonly action: string; readonly possible: number }) {
  const members = useApiQuery(BulkMembers, { action, outcome: 'DONE', after: null });
  const node = members.data?.data.node;
  const people =
    node?.__typename === 'BulkAction' ? (node.members?.nodes ?? []).flatMap(({ person }) => person?.id ?? []) : [];
  if (people.length === 0) return null;
  return (
    <Link to="/reviews/new" search={{ people: people.join(',') }} className={buttonClass('primary')}>
      Choose reviewers for {possible === 1 ? '1 person' : `${possible} people`}
    </Link>
  );
}
