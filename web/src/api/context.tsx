// How screens reach the API: hooks over one client, one socket and one cache.

import { type QueryClient, useQueries, useQuery } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useRef, useSyncExternalStore } from 'react';
import type { Session } from '../session/session';
import type { Answer, ApiClient } from './client';
import type { Connection, Follower, Live, Resumable, WithCursor } from './live';
import type { Operation, Query, Subscription } from './operation';

export interface Services {
  readonly session: Session;
  readonly api: ApiClient;
  readonly live: Live;
  readonly cache: QueryClient;
}

const ServicesContext = createContext<Services | null>(null);

export const ServicesProvider = ServicesContext.Provider;

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (!services) throw new Error('a screen outside the app');
  return services;
}

interface QueryHookOptions {
  readonly enabled?: boolean;
  /** Milliseconds between reloads while the page is visible. */
  readonly every?: number;
  /** The same while a part of the answer is missing: what could not be had may be had soon. */
  readonly everyWhileIncomplete?: number;
  /** Show the last answer, dimmed, until the next one is there. */
  readonly keep?: boolean;
}

export function useApiQuery<Result, Variables>(
  operation: Query<Result, Variables>,
  variables: Variables,
  { enabled = true, every, everyWhileIncomplete = every, keep = false }: QueryHookOptions = {},
) {
  const { api } = useServices();
  return useQuery<Answer<Result>>({
    queryKey: [operation.name, variables],
    queryFn: ({ signal }): Promise<Answer<Result>> => api.send(operation, variables, { signal }),
    enabled,
    ...(every === undefined
      ? {}
      : { refetchInterval: ({ state }) => (state.data?.problems.length ? everyWhileIncomplete : every) }),
    ...(keep ? { placeholderData: (last: Answer<Result> | undefined) => last } : {}),
  });
}

/** The same query several times, with other variables each. */
export function useApiQueries<Result, Variables>(operation: Query<Result, Variables>, each: readonly Variables[]) {
  const { api } = useServices();
  return useQueries({
    queries: each.map((variables) => ({
      queryKey: [operation.name, variables],
      queryFn: ({ signal }: { readonly signal: AbortSignal }): Promise<Answer<Result>> =>
        api.send(operation, variables, { signal }),
    })),
  });
}

/** Sends operations; the caller says what happens then. */
export function useSend() {
  const { api } = useServices();
  return <Result, Variables>(operation: Operation<'query' | 'mutation', Result, Variables>, variables: Variables) =>
    api.send(operation, variables);
}

/** Follow a subscription while the component is shown; `key` begins it anew when it changes, and null does not begin. */
export function useLive<Result, Variables extends Resumable, Change extends WithCursor>(
  operation: Subscription<Result, Variables>,
  variables: Omit<Variables, 'after'> | null,
  after: string | null,
  pick: (result: Result) => Change,
  follower: Follower<Change>,
): void {
  const { live } = useServices();
  const latest = useRef({ follower, pick, after });
  latest.current = { follower, pick, after };
  const key = variables === null ? null : JSON.stringify(variables);
  useEffect(() => {
    if (key === null) return;
    return live.follow(operation, JSON.parse(key), latest.current.after, (r) => latest.current.pick(r), {
      onChange: (change) => latest.current.follower.onChange(change),
      onGap: () => latest.current.follower.onGap(),
      onRefused: (code) => latest.current.follower.onRefused?.(code),
    });
  }, [live, operation, key]);
}

export function useConnection(): Connection {
  const { live } = useServices();
  return useSyncExternalStore(live.subscribe, live.state);
}
