// Lists of messages, page by page and live.

import { useRef } from 'react';
import { useLive, useServices } from '../api/context';
import {
  Conversations,
  JobMessages,
  MessageChanged,
  type MessageFieldsFragment,
  MessagesInDoubt,
  MyMessages,
  PersonInFull,
  PersonMessages,
} from '../api/generated';
import type { Query } from '../api/operation';
import { type Page, useApiPages } from '../api/pages';

export type Message = MessageFieldsFragment;

/** Everything that shows messages: reloaded when one changes. */
export const MESSAGE_QUERIES = [PersonMessages, JobMessages, MyMessages, Conversations, MessagesInDoubt, PersonInFull];

interface WithCursor {
  readonly cursor: string | null;
}

/** A list of messages; `pick` finds its page in an answer. */
export function useMessages<Result extends WithCursor, Variables extends { after?: string | null | undefined }>(
  operation: Query<Result, Variables>,
  variables: Omit<Variables, 'after'>,
  pick: (result: Result) => Page<Message> | null,
) {
  const { query: list, rows: messages } = useApiPages(operation, variables, pick, {
    // That a message was put back, to wait, is announced to nobody: what is about to change is looked at again.
    every: (answers) => (answers.some(({ data }) => pick(data)?.nodes.some(isUnsettled)) ? UNSETTLED_EVERY_MS : false),
  });
  const first = list.data?.pages[0];
  return {
    list,
    messages,
    cursor: first?.data.cursor ?? null,
    problem: messages ? null : (first?.problems[0] ?? null),
  };
}

const TOGETHER_MS = 300;
const UNSETTLED_EVERY_MS = 5_000;

/** It is being sent, or it is its time. */
function isUnsettled({ state, sendAt }: Message): boolean {
  return state === 'CLAIMED' || (state === 'SCHEDULED' && Date.parse(sendAt) < Date.now() + UNSETTLED_EVERY_MS);
}

/** Reload the lists of messages when one changes: a person's, or the viewer's own if `person` is null. */
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
