import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useDeferredValue, useEffect, useState } from 'react';
import { useServices } from '../api/context';
import { ApiError } from '../api/errors';
import { Jobs, type JobsQuery } from '../api/generated';
import { Page } from '../shell/page';
import { Avatar } from '../ui/avatar';
import { Button } from '../ui/button';
import { dimmedWhile, Failure, Message, Skeleton } from '../ui/region';
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
  const { api } = useServices();
  const text = useDeferredValue(search.q ?? '');
  const status = search.status === 'ANY' ? null : (search.status ?? 'OPEN');
  const variables = { status, mine: search.mine === '1', text: text || null } as const;
  const jobs = useInfiniteQuery({
    queryKey: ['Jobs', variables],
    queryFn: ({ pageParam, signal }) => api.send(Jobs, { ...variables, after: pageParam }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ data }) => (data.jobs?.pageInfo.hasNextPage ? data.jobs.pageInfo.endCursor : null),
    placeholderData: (last) => last,
  });
  const rows = jobs.data?.pages.flatMap(({ data }) => data.jobs?.nodes ?? []);
  const total = jobs.data?.pages[0]?.data.jobs?.totalCount;
  const filtered = search.q !== undefined || search.status !== undefined || search.mine !== undefined;

  return (
    <Page title="Jobs">
      <div className={styles.bar}>
        <SearchField
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
              onClick={() => void navigate({ search: (old) => without(old, 'status', value), replace: true })}
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
            void navigate({ search: (old) => without(old, 'mine', old.mine ? undefined : '1'), replace: true })
          }
        >
          My jobs
        </button>
        {total != null ? <span className={styles.count}>{total === 1 ? '1 job' : `${total} jobs`}</span> : null}
      </div>
      {jobs.error && !rows ? (
        <Failure
          what="The jobs cannot be shown"
          reason={jobs.error.message}
          traceId={jobs.error instanceof ApiError ? jobs.error.traceId : null}
          onRetry={() => void jobs.refetch()}
        />
      ) : !rows ? (
        <Skeleton rows={8} label="Loading jobs" />
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

function without<Search extends object>(old: Search, name: keyof Search, value: unknown): Search {
  const { [name]: _, ...rest } = old;
  return (value === undefined ? rest : { ...rest, [name]: value }) as Search;
}

/** Typing shows at once; the URL and the request follow. */
function SearchField({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  return (
    <input
      type="search"
      className={styles.search}
      aria-label="Search jobs"
      placeholder="Title, department or location"
      value={typed}
      onChange={({ target }) => {
        setTyped(target.value);
        onChange(target.value);
      }}
    />
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
