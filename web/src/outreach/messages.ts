// Lists of messages, page by page and live.

import { useInfiniteQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { useLive, useServices } from '../api/context';
import {
  Conversations,
  JobMessages,
  MessageChanged,
  type MessageFieldsFragment,
  MessagesInDoubt,
  MyMessages,
  PersonMessages,
} from '../api/generated';
import type { Query } from '../api/operation';

export type Message = MessageFieldsFragment;

/** Everything that shows messages: loaded anew when one changes. */
export const MESSAGE_QUERIES = [PersonMessages, JobMessages, MyMessages, Conversations, MessagesInDoubt];

interface Page {
  readonly nodes: readonly Message[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

interface WithCursor {
  readonly cursor: string | null;
}

/** A list of messages; `pick` finds its page in an answer. */
export function useMessages<Result extends WithCursor, Variables extends { after?: string | null | undefined }>(
  operation: Query<Result, Variables>,
  variables: Omit<Variables, 'after'>,
  pick: (result: Result) => Page | null,
) {
  const { api } = useServices();
  const list = useInfiniteQuery({
    queryKey: [operation.name, variables],
    queryFn: ({ pageParam, signal }) =>
      api.send(operation, { ...variables, after: pageParam } as unknown as Variables, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ data }) => {
      const page = pick(data);
      return page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    },
    placeholderData: (last) => last,
  });
  const first = list.data?.pages[0];
  const loaded = first && pick(first.data);
  return {
    list,
    messages: loaded ? list.data?.pages.flatMap(({ data }) => pick(data)?.nodes ?? []) : undefined,
    cursor: first?.data.cursor ?? null,
    problem: first && !loaded ? (first.problems[0] ?? null) : null,
  };
}

const TOGETHER_MS = 300;

/** Load the lists of messages anew when one changes: a person's, or the viewer's own if `person` is null. */
export function useMessagesLive(person: string | null, after: string | null): void {
  const { cache } = useServices();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const reload = () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      for (const { name } of MESSAGE_QUERIES) void cache.invalidateQueries({ queryKey: [name] });
    }, TOGETHER_MS);
  };
  useLive(MessageChanged, after === null ? null : { person }, after, (result) => result.messageChanged, {
    onChange: reload,
    onGap: reload,
  });
}
