// What each choice of a filter would leave, beside its other conditions.

import { useEffect } from 'react';
import { useApiQuery } from '../api/context';
import { BoardFacets, type BoardFacetsFieldsFragment, OwnFacets } from '../api/generated';
import { useApiPages } from '../api/pages';
import { type Filter, inputOf } from './filter';
import { facetsOfAll } from './own';

export type Facets = BoardFacetsFieldsFragment;

/** Of a job's board, or of those of the viewer's open jobs together; null while it is counted. */
export function useFacets(job: string | null, filter: Filter, enabled: boolean): Facets | null {
  const of = { job: job ?? '', filter: inputOf(filter) };
  const { data } = useApiQuery(BoardFacets, of, { enabled: enabled && job !== null, keep: true });
  const together = useOwnFacets(filter, enabled && job === null);
  return job === null ? together : (data?.data.board?.facets ?? null);
}

function useOwnFacets(filter: Filter, enabled: boolean): Facets | null {
  const { query, rows } = useApiPages(OwnFacets, { filter: inputOf(filter) }, (data) => data.jobs, { enabled });
  useRest(query);
  if (!rows || query.hasNextPage) return null;
  return facetsOfAll(rows.flatMap(({ board }) => board?.facets ?? []));
}

interface Pages {
  readonly hasNextPage: boolean;
  readonly isFetching: boolean;
  readonly fetchNextPage: () => unknown;
}

/** All pages belong together: what is not there yet is read at once, page by page. */
export function useRest({ hasNextPage, isFetching, fetchNextPage }: Pages): void {
  useEffect(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
}
