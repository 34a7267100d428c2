// Lists that are read page by page.

import { type InfiniteData, useInfiniteQuery } from '@tanstack/react-query';
import type { Answer } from './client';
import { useServices } from './context';
import type { Query } from './operation';

/** A connection, as far as reading on needs it. */
export interface Page<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

interface Options<Result> {
  /** Milliseconds between reloads while the page is visible; false for none. */
  readonly every?: number | ((answers: readonly Answer<Result>[]) => number | false);
  /** It is followed live: it is kept as it is while it is shown, and forgotten afterwards. */
  readonly live?: boolean;
  readonly enabled?: boolean;
}

/**
 * A list, kept under the operation's name and variables; while others are loaded, the last one stays.
 *
 * @param pick finds the page in an answer; null if that part failed.
 * @returns the query, and the rows of all pages; undefined until the first one is there.
 */
export function useApiPages<Result, Variables extends { after?: string | null | undefined }, Node>(
  operation: Query<Result, Variables>,
  variables: Omit<Variables, 'after'>,
  pick: (result: Result) => Page<Node> | null | undefined,
  { every, live = false, enabled = true }: Options<Result> = {},
) {
  const { api } = useServices();
  const query = useInfiniteQuery<
    Answer<Result>,
    Error,
    InfiniteData<Answer<Result>>,
    readonly unknown[],
    string | null
  >({
    queryKey: [operation.name, variables],
    queryFn: ({ pageParam, signal }) =>
      api.send(operation, { ...variables, after: pageParam } as unknown as Variables, { signal }),
    initialPageParam: null,
    enabled,
    getNextPageParam: ({ data }) => {
      const page = pick(data);
      return page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    },
    ...(live ? { staleTime: Number.POSITIVE_INFINITY, gcTime: 0 } : { placeholderData: (last) => last }),
    refetchInterval: typeof every === 'function' ? ({ state }) => every(state.data?.pages ?? []) : (every ?? false),
  });
  const first = query.data?.pages[0];
  const rows = first && pick(first.data) ? query.data?.pages.flatMap(({ data }) => pick(data)?.nodes ?? []) : undefined;
  return { query, rows };
}
