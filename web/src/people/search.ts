import type { Problem } from '../api/errors';
import { given, oneOf, text } from '../shell/search-params';

export const TABS = ['profile', 'interviews', 'reviews', 'messages', 'history'] as const;

/** By relevance is the default, and is not named. */
export const SORTS = ['LAST_ACTIVITY', 'ADDED'] as const;

/** Activity is the default, and is not named. */
export type Tab = (typeof TABS)[number] | undefined;

export function peopleSearch(raw: Record<string, unknown>) {
  return given({
    q: text(raw, 'q', 100),
    /** What else they are searched by: see `conditions.ts`. */
    where: text(raw, 'where'),
    /** A saved search; what else the address says takes the place of what was saved: see `saved.ts`. */
    search: text(raw, 'search', 200),
    sort: oneOf(raw, 'sort', SORTS),
  });
}

/** Whether a search was refused because of the project that it names, and nothing else. */
export function aboutProject(problems: readonly Problem[]): boolean {
  const inputs = problems.flatMap((problem) => problem.inputs);
  return inputs.length > 0 && inputs.every((path) => /(^|\.)project(\.\d+)?$/u.test(path));
}

export function personSearch(raw: Record<string, unknown>) {
  return given({
    tab: oneOf(raw, 'tab', TABS),
    application: text(raw, 'application'),
    /** The link led to another record of the same person. */
    merged: oneOf(raw, 'merged', ['1'] as const),
  });
}
