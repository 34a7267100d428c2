// What the list of jobs asks for, and how its state is said. No React, no clock.

import type { JobsQuery, JobsQueryVariables } from '../api/generated';
import type { JobsSearch } from './search';

export type Job = NonNullable<JobsQuery['jobs']>['nodes'][number];

export type Column = 'title' | 'opened' | 'activity' | 'active';

/** In its usual direction, what one looks for comes first. */
const SORTS = {
  title: { by: 'TITLE', usual: 'ascending', words: ['Title, from A', 'Title, from Z'] },
  opened: { by: 'OPENED', usual: 'descending', words: ['Newest first', 'Oldest first'] },
  activity: { by: 'LAST_ACTIVITY', usual: 'descending', words: ['Latest activity', 'Quiet for longest'] },
  active: { by: 'ACTIVE_APPLICATIONS', usual: 'descending', words: ['Most active', 'Fewest active'] },
} as const satisfies Record<Column, object>;

export const COLUMNS = Object.keys(SORTS) as readonly Column[];

export interface Sort {
  readonly column: Column;
  readonly reversed: boolean;
}

export function sortOf({ sort }: JobsSearch): Sort {
  if (sort === undefined) return { column: 'opened', reversed: false };
  const reversed = sort.startsWith('-');
  return { column: (reversed ? sort.slice(1) : sort) as Column, reversed };
}

/** As the URL says it; nothing for what is the default. */
export function sortParam({ column, reversed }: Sort): JobsSearch['sort'] {
  if (column === 'opened') return reversed ? '-opened' : undefined;
  return reversed ? `-${column}` : column;
}

/** After a click on a column's head: its usual direction first, then the other one. */
export function sortedBy(now: Sort, column: Column): Sort {
  return { column, reversed: now.column === column && !now.reversed };
}

export function ariaSort(now: Sort, column: Column): 'ascending' | 'descending' | 'none' {
  if (now.column !== column) return 'none';
  const { usual } = SORTS[column];
  if (!now.reversed) return usual;
  return usual === 'ascending' ? 'descending' : 'ascending';
}

export function sortWords({ column, reversed }: Sort): string {
  return SORTS[column].words[reversed ? 1 : 0];
}

/** The filters as the API takes them. */
export function filterOf(search: JobsSearch) {
  return {
    status: search.status === 'ANY' ? null : (search.status ?? 'OPEN'),
    mine: search.mine === '1',
    text: search.q?.trim() || null,
    department: search.department ?? null,
    location: search.location ?? null,
    memberId: search.member ?? null,
    needingAttention: search.attention === '1',
  } as const;
}

export function variablesOf(search: JobsSearch): Omit<JobsQueryVariables, 'after'> {
  const { column, reversed } = sortOf(search);
  return { filter: filterOf(search), sort: SORTS[column].by, reversed };
}

export const NO_FILTERS: JobsSearch = {
  q: undefined,
  status: undefined,
  mine: undefined,
  department: undefined,
  location: undefined,
  member: undefined,
  attention: undefined,
};

export function isFiltered(search: JobsSearch): boolean {
  return (Object.keys(NO_FILTERS) as (keyof JobsSearch)[]).some((name) => search[name] !== undefined);
}

const STATUS_WORDS = { ANY: 'any status', OPEN: 'open', DRAFT: 'draft', CLOSED: 'closed' } as const;

/** The filters one by one, for who is told that nothing passes them. `member`: the name, once it is known. */
export function filterWords(search: JobsSearch, member: string | undefined): readonly string[] {
  return [
    `Status: ${STATUS_WORDS[search.status ?? 'OPEN']}`,
    search.q?.trim() ? `Text: “${search.q.trim()}”` : null,
    search.mine ? 'My jobs' : null,
    search.department ? `Department: ${search.department}` : null,
    search.location ? `Location: ${search.location}` : null,
    search.member ? `Team member: ${member ?? 'unknown'}` : null,
    search.attention ? 'Needs attention' : null,
  ].filter((words) => words !== null);
}

/** Hiring managers first, the responsible one before others; everybody once. */
export function teamOf(job: Pick<Job, 'team'>): readonly { readonly id: string; readonly name: string }[] {
  const rank = (member: Job['team'][number]) =>
    (member.role === 'HIRING_MANAGER' ? 0 : 2) + (member.responsible ? 0 : 1);
  const sorted = [...job.team].sort((one, other) => rank(one) - rank(other));
  return [...new Map(sorted.map(({ user }) => [user.id, user])).values()];
}

export function seats({ openings, openingsFilled }: Pick<Job, 'openings' | 'openingsFilled'>): string {
  return openings === 0 ? 'None' : `${openingsFilled} of ${openings} filled`;
}

export interface Need {
  readonly shape: 'conflict' | 'warn';
  readonly words: string;
}

/** What of a job somebody has to look at; the worst first. */
export function needsOf({ conflicts, scorecardsDue }: Pick<Job, 'conflicts' | 'scorecardsDue'>): readonly Need[] {
  const needs: Need[] = [];
  if (conflicts > 0) {
    needs.push({ shape: 'conflict', words: conflicts === 1 ? 'ATS disagrees on 1' : `ATS disagrees on ${conflicts}` });
  }
  if (scorecardsDue > 0) {
    needs.push({ shape: 'warn', words: scorecardsDue === 1 ? '1 scorecard owed' : `${scorecardsDue} scorecards owed` });
  }
  return needs;
}
