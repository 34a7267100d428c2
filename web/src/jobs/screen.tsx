import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useDeferredValue, useEffect } from 'react';
import { useApiQuery } from '../api/context';
import { ApiError } from '../api/errors';
import { JobFacets, Jobs } from '../api/generated';
import { useApiPages } from '../api/pages';
import { usePageKeys } from '../shell/keys';
import { Page } from '../shell/page';
import { QueryFailure } from '../shell/query-failure';
import { Button, buttonClass } from '../ui/button';
import { dimmedWhile, Skeleton } from '../ui/region';
import table from '../ui/table.module.css';
import { Filters } from './filters';
import { filterOf, NO_FILTERS, sortedBy, sortOf, sortParam, variablesOf } from './list';
import { Nothing } from './nothing';
import type { JobsSearch } from './search';
import { JobTable } from './table';

export function JobsScreen() {
  const search = useSearch({ from: '/jobs' });
  const navigate = useNavigate({ from: '/jobs' });
  const asked = useDeferredValue(search);
  const { query: jobs, rows } = useApiPages(Jobs, variablesOf(asked), (data) => data.jobs);
  const named = asked.member !== undefined;
  const choices = useApiQuery(JobFacets, { filter: filterOf(asked), user: asked.member ?? '', named }, { keep: true });
  const facets = choices.data?.data.jobFacets ?? null;
  const member = facets?.members.find(({ user }) => user.id === asked.member)?.user ?? choices.data?.data.user;
  const first = jobs.data?.pages[0];
  const problem = first && !first.data.jobs ? first.problems[0] : null;
  const change = (changed: JobsSearch) => void navigate({ search: (old) => ({ ...old, ...changed }), replace: true });

  // Whose id it is, only the server can tell: one that is nobody's is dropped like everything ill-formed.
  const code = problem?.code ?? (jobs.error instanceof ApiError ? jobs.error.code : null);
  const ofNobody = code === 'INVALID_ID' && search.member !== undefined;
  useEffect(() => {
    if (ofNobody) void navigate({ search: (old) => ({ ...old, member: undefined }), replace: true });
  }, [ofNobody, navigate]);

  const go = (step: 1 | -1) => () => focusBeside(step);
  const checkIn = () => {
    const job = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.job : undefined;
    if (job) void navigate({ to: '/jobs/$job/check-in', params: { job }, search: {} });
  };
  usePageKeys('Jobs', [
    { key: '/', name: 'Search', perform: focusSearch },
    { key: 'ArrowDown', name: 'Next job', within: '[data-job]', perform: go(1) },
    { key: 'ArrowUp', name: 'Previous job', within: '[data-job]', perform: go(-1) },
    { key: 'j', name: 'Next job', perform: go(1) },
    { key: 'k', name: 'Previous job', perform: go(-1) },
    { key: 'c', name: 'Check-in', within: '[data-job]', perform: checkIn },
    { key: 'o', name: 'Open in a new tab', within: '[data-job]', perform: openBeside },
  ]);

  return (
    <Page
      title="Jobs"
      act={
        <Link to="/board" className={buttonClass('plain')}>
          Mine as one board
        </Link>
      }
    >
      <Filters
        search={search}
        facets={facets}
        member={member?.name}
        total={first?.data.jobs?.totalCount}
        onChange={change}
      />
      {!rows ? (
        jobs.isPending || ofNobody ? (
          <Skeleton rows={8} label="Loading jobs" />
        ) : (
          <QueryFailure what="The jobs cannot be shown" query={jobs} problem={problem} />
        )
      ) : (
        <div {...dimmedWhile(asked !== search || jobs.isPlaceholderData)}>
          {rows.length === 0 ? (
            <Nothing
              search={asked}
              member={member?.name}
              ofAnyStatus={facets?.statuses.reduce((sum, { jobs: count }) => sum + count, 0)}
              onShowAll={() => change({ status: 'ANY' })}
              onClear={() => change(NO_FILTERS)}
            />
          ) : (
            <>
              <JobTable
                jobs={rows}
                sort={sortOf(asked)}
                onSort={(column) => change({ sort: sortParam(sortedBy(sortOf(search), column)) })}
              />
              {jobs.hasNextPage ? (
                <div className={table.more}>
                  <Button onClick={() => void jobs.fetchNextPage()} disabled={jobs.isFetchingNextPage}>
                    Show more
                  </Button>
                </div>
              ) : null}
            </>
          )}
        </div>
      )}
    </Page>
  );
}

function focusSearch(): void {
  document.querySelector<HTMLElement>('main input[type=search]')?.focus();
}

/** The job beside the one with the focus; without one, the first. */
function focusBeside(step: 1 | -1): void {
  const links: (Element | null)[] = [...document.querySelectorAll('[data-job]')];
  const at = links.indexOf(document.activeElement);
  const link = at < 0 ? links[0] : links[at + step];
  if (link instanceof HTMLElement) link.focus();
}

function openBeside(): void {
  if (document.activeElement instanceof HTMLAnchorElement)
    window.open(document.activeElement.href, '_blank', 'noopener');
}
