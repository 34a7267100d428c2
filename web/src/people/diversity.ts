// Searching by what people said of themselves: what is asked for, and what is said of it. No React.

import type { MayFindByDiversityQuery, PeopleFilter } from '../api/generated';
import type { Kind } from './conditions';

export type Availability = NonNullable<MayFindByDiversityQuery['diversityFilter']>;

/** The same search, among those alone whom it may find by what they said of themselves. */
export function amongDiverse(filter: PeopleFilter | null): PeopleFilter {
  return filter === null ? { diversity: true } : { diversity: true, all: [filter] };
}

/** What it does, in one sentence. */
export function explained({ consentQuestion, consentAnswer }: Availability): string {
  const agreed = consentQuestion && consentAnswer ? ` and answered “${consentAnswer}” to “${consentQuestion}”` : '';
  return `Finds people who gave one of several answers about themselves${agreed}; nobody is told which answer, and every search is recorded. It is not combined with words in the search box, tags or projects.`;
}

/** Conditions that users make hold for whom they like: by these, one could ask whether a certain person is found. */
const PICKED: ReadonlySet<Kind> = new Set(['tag', 'project']);

/** Whether a condition goes with it. */
export function goesWithIt({ kind }: { readonly kind: Kind }): boolean {
  return !PICKED.has(kind);
}

/** Of a filter that was made elsewhere, whether it has a condition that does not. */
function picks(filter: unknown): boolean {
  if (typeof filter !== 'object' || filter === null) return false;
  return Object.entries(filter).some(
    ([name, value]) => (PICKED.has(name as Kind) && value !== null && value !== undefined) || picks(value),
  );
}

/** What stands in the way of it in a search, as one names it; empty if nothing does. */
export function inItsWay(text: string | null, filter: PeopleFilter | null): readonly string[] {
  return [
    ...(text === null ? [] : ['the words in the search box']),
    ...(picks(filter) ? ['the filters by tag or project'] : []),
  ];
}

/** How many were found: the number is rounded down, and so is the list. */
export function roughly(total: number): string {
  return `At least ${total.toLocaleString()} people`;
}

/** Why nobody is shown, from a message that begins with what it is about. */
export function refusal(message: string): string {
  return `The search ${message.replace(/^\S*diversity\s/u, '')}.`;
}
