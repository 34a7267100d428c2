import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useDeferredValue } from 'react';
import { Jobs, type JobsQuery } from '../api/generated';
import { useApiPages } from '../api/pages';
import { Page } from '../shell/page';
import { QueryFailure } from '../shell/query-failure';
import { Avatar } from '../ui/avatar';
import { Button } from '../ui/button';
import { dimmedWhile, Message, Skeleton } from '../ui/region';
import { SearchField } from '../ui/search-field';
import { Status } from '../ui/status';
import { date, Time } from '../ui/time';
import styles from './screen.module.css';

type Job = NonNullable<JobsQuery['jobs']>['nodes'][number];

const STATUSES = [
  { value: undefined, name: 'Open' },
  { value: 'DRAFT', name: 'Draft' },
  { value: 'CLOSED', name: 'Closed' },
  { value: 'ANY', name: 'All' },
] as const;

export function JobsScreen() {
  const search = useSearch({ from: '/jobs' });
  const navigate = useNavigate({ from: '/jobs' });
  const text = useDeferredValue(search.q ?? '');
  const status = search.status === 'ANY' ? null : (search.status ?? 'OPEN');
  const variables = { status, mine: search.mine === '1', text: text || null } as const;
  const { query: jobs, rows } = useApiPages(Jobs, variables, (data) => data.jobs);
  const total = jobs.data?.pages[0]?.data.jobs?.totalCount;
  const filtered = search.q !== undefined || search.status !== undefined || search.mine !== undefined;

  return (
    <Page title="Jobs">
      <div className={styles.bar}>
        <SearchField
          label="Search jobs"
          placeholder="Title, department or location"
          value={search.q ?? ''}
          onChange={(q) =>
            void navigate({ search: (old) => ({ ...old, q: q || undefined }) as typeof old, replace: true })
          }
        />
        <fieldset className={styles.choices} aria-label="Status">
          {STATUSES.map(({ value, name }) => (
            <button
              key={name}
              type="button"
              className={styles.choice}
              aria-pressed={search.status === value}
              onClick={() => void navigate({ search: (old) => ({ ...old, status: value }), replace: true })}
            >
              {name}
            </button>
          ))}
        </fieldset>
        <button
          type="button"
          className={styles.choice}
          aria-pressed={search.mine === '1'}
          onClick={() =>
            void navigate({ search: (old) => ({ ...old, mine: old.mine ? undefined : '1' }), replace: true })
          }
        >
          My jobs
        </button>
        {total != null ? <span className={styles.count}>{total === 1 ? '1 job' : `${total} jobs`}</span> : null}
      </div>
      {!rows ? (
        jobs.isPending ? (
          <Skeleton rows={8} label="Loading jobs" />
        ) : (
          <QueryFailure what="The jobs cannot be shown" query={jobs} problem={jobs.data?.pages[0]?.problems[0]} />
        )
      ) : rows.length === 0 ? (
        <Nothing filtered={filtered} onClear={() => void navigate({ search: {}, replace: true })} />
      ) : (
        <div {...dimmedWhile(jobs.isPlaceholderData)}>
          <JobTable jobs={rows} />
          {jobs.hasNextPage ? (
            <div className={styles.more}>
              <Button onClick={() => void jobs.fetchNextPage()} disabled={jobs.isFetchingNextPage}>
                Show more
              </Button>
            </div>
          ) : null}
        </div>
      )}
    </Page>
  );
}

function Nothing({ filtered, onClear }: { readonly filtered: boolean; readonly onClear: () => void }) {
  return filtered ? (
    <Message title="No job fits" actions={<Button onClick={onClear}>Clear filters</Button>}>
      There are jobs, but none with this text, status and team.
    </Message>
  ) : (
    <Message title="No open job">
      Jobs come from your applicant tracking system, and appear here once you are on their team.
    </Message>
  );
}

function JobTable({ jobs }: { readonly jobs: readonly Job[] }) {
  return (
    <div className={styles.sheet}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Job</th>
            <th scope="col">Department</th>
            <th scope="col">Location</th>
            <th scope="col">Hiring manager</th>
            <th scope="col" className={styles.figure}>
              Openings
            </th>
            <th scope="col" className={styles.figure}>
              Active
            </th>
            <th scope="col">Opened</th>
          </tr>
        </thead>
        <tbody>
          {jobs.map((job) => (
            <JobRow key={job.id} job={job} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function JobRow({ job }: { readonly job: Job }) {
  const managers = job.team.filter((member) => member.role === 'HIRING_MANAGER');
  const manager = managers.find((member) => member.responsible) ?? managers[0];
  return (
    <tr>
      <th scope="row">
        <Link to="/jobs/$job/board" params={{ job: job.id }} className={styles.title} dir="auto">
          {job.title}
        </Link>
        {job.status === 'OPEN' ? null : <Status shape="closed">{job.status === 'DRAFT' ? 'Draft' : 'Closed'}</Status>}
      </th>
      <td className={styles.wide}>{job.department}</td>
      <td>{job.location}</td>
      <td className={styles.wide}>
        {manager ? (
          <span className={styles.team}>
            <Avatar name={manager.user.name} />
            <span className="cut">{manager.user.name}</span>
          </span>
        ) : null}
      </td>
      <td className={`${styles.figure} ${styles.wide}`}>{job.openings}</td>
      <td className={styles.figure}>
        {job.activeApplications}
        <span className="unseen"> active applications</span>
      </td>
      <td className={styles.wide}>{job.openedAt ? <Time at={job.openedAt} as={date} /> : null}</td>
    </tr>
  );
}
