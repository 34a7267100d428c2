// Saved searches, and what the address says beside them. No React.

import type { PeopleFilter, SavedSearchesQuery } from '../api/generated';
import { type Clause, conditionsOf, filterOf, read, written } from './conditions';
import { SORTS } from './search';

export type Saved = NonNullable<SavedSearchesQuery['savedSearches']>[number];

interface Address {
  readonly q?: string | undefined;
  readonly where?: string | undefined;
  readonly sort?: (typeof SORTS)[number] | undefined;
  readonly search?: string | undefined;
}

/** What is searched for, by the address and the saved search that it names. */
export interface Asked {
  readonly q: string;
  readonly conditions: readonly Clause[];
  /** What the conditions say, or a filter that none of them says. */
  readonly filter: PeopleFilter | null;
  readonly sort: Address['sort'];
  /** The filter is that of the saved search, which was made elsewhere. */
  readonly foreign: boolean;
}

export function filterIn({ filter }: Pick<Saved, 'filter'>): PeopleFilter | null {
  return filter === null ? null : (JSON.parse(filter) as PeopleFilter);
}

/** An address that names a saved search alone is that search; what else it says takes the place of what was saved. */
export function asked(address: Address, saved: Saved | undefined): Asked {
  const { q, where, sort } = address;
  const savedFilter = saved ? filterIn(saved) : null;
  const said = conditionsOf(savedFilter);
  const untouched = saved !== undefined && q === undefined && where === undefined && sort === undefined;
  const foreign = saved !== undefined && where === undefined && said === null;
  const conditions = untouched ? (said ?? []) : read(where);
  return {
    q: untouched ? (saved.text ?? '') : (q ?? ''),
    conditions,
    filter: foreign ? savedFilter : filterOf(conditions),
    sort: untouched ? SORTS.find((known) => known === saved.sort) : sort,
    foreign,
  };
}

interface Change {
  readonly q?: string;
  readonly conditions?: readonly Clause[];
  readonly sort?: Address['sort'];
}

/** The address of a search that was changed; one of which nothing is left is no saved search any more. */
export function address({ search }: Address, before: Asked, changed: Change): Address {
  const { q, conditions, sort } = { ...before, ...changed };
  const where = written(conditions);
  const left = q !== '' || where !== undefined || (before.foreign && changed.conditions === undefined);
  return {
    ...(q ? { q } : {}),
    ...(where ? { where } : {}),
    ...(sort ? { sort } : {}),
    ...(search && left ? { search } : {}),
  };
}

/** Whether it searches for something else than was saved. */
export function isChanged(saved: Saved, { q, filter, sort }: Asked): boolean {
  const before = asked({ search: saved.id }, saved);
  return q.trim() !== before.q || JSON.stringify(filter) !== JSON.stringify(before.filter) || sort !== before.sort;
}

/** What the API saves. */
export function queryOf({ q, filter, sort }: Asked) {
  return { text: q.trim() || null, filter, sort: sort ?? ('RELEVANCE' as const) };
}

/** "3 new since you last looked"; nothing, if nobody is new or nobody can tell. */
export function news(people: number | null): string | null {
  return people === null || people === 0 ? null : `${people.toLocaleString()} new`;
}
