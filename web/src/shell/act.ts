// Doing something that the server decides: report its result, and reload what it changed.

import { useRef, useState } from 'react';
import { useSend, useServices } from '../api/context';
import type { Mutation } from '../api/operation';
import { reasonOf } from '../reason';
import { toast, toastFailure } from './toasts';

/** A mutation's result: a success, or a refusal with its message. */
interface Result {
  readonly __typename?: string;
  readonly message?: string;
}

interface Act<Data, Variables, Outcome> {
  readonly mutation: Mutation<Data, Variables>;
  readonly variables: Variables;
  readonly pick: (data: Data) => Outcome;
  /** Said when it is done. */
  readonly said: string;
  /** Takes it back; offered with what is said. */
  readonly undo?: ((outcome: Outcome) => unknown) | undefined;
  /** Queries that show what it changed. */
  readonly reload: readonly { readonly name: string }[];
  /** Shows a refusal or a failure beside what was tried; else it is a toast. */
  readonly refused?: ((message: string) => void) | undefined;
}

/** Returns a function that does it, true if it was done; and whether something is under way. */
export function useAct() {
  const send = useSend();
  const { cache } = useServices();
  const [busy, setBusy] = useState(false);
  const act = async <Data, Variables, Outcome extends Result>(
    what: Act<Data, Variables, Outcome>,
  ): Promise<boolean> => {
    setBusy(true);
    try {
      const { data } = await send(what.mutation, what.variables);
      const outcome = what.pick(data);
      const { message } = outcome;
      const { undo } = what;
      if (message === undefined) toast(what.said, undo && (() => undo(outcome)));
      else (what.refused ?? toastFailure)(message);
      await Promise.all(what.reload.map(({ name }) => cache.invalidateQueries({ queryKey: [name] })));
      return message === undefined;
    } catch (problem) {
      (what.refused ?? toastFailure)(reasonOf(problem));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { act, busy };
}

/** Keys of requests: asking for the same again, as after a lost answer, is the same request, and not another one. */
export function useRequestKey(): (of: string) => string {
  const last = useRef<{ readonly of: string; readonly key: string } | null>(null);
  return (of) => {
    if (last.current?.of !== of) last.current = { of, key: crypto.randomUUID() };
    return last.current.key;
  };
}

/** A mutation's result, with what is wrong with the input said in its message. */
export function saidOf<Outcome extends { readonly __typename?: string }>(
  outcome: Outcome,
): { readonly __typename?: string; readonly message?: string } {
  const { message, problems } = outcome as { message?: string; problems?: readonly { message: string }[] };
  if (message === undefined) return outcome;
  return { message: [message, ...(problems ?? []).map((problem) => problem.message)].join(' ') };
}
