// Searching by what people said of themselves: what is asked for, and what is said of it. No React.

import type { MayFindByDiversityQuery, PeopleFilter } from '../api/generated';

export type Availability = NonNullable<MayFindByDiversityQuery['diversityFilter']>;

/** The same search, among those alone whom it may find by what they said of themselves. */
export function amongDiverse(filter: PeopleFilter | null): PeopleFilter {
  return filter === null ? { diversity: true } : { diversity: true, all: [filter] };
}

/** What it does, in one sentence. */
export function explained({ consentQuestion, consentAnswer }: Availability): string {
  const agreed = consentQuestion && consentAnswer ? ` and answered “${consentAnswer}” to “${consentQuestion}”` : '';
  return `Finds people who gave one of several answers about themselves${agreed}; nobody is told which answer, and every search is recorded.`;
}

/** How many were found: the number is rounded down, and so is the list. */
export function roughly(total: number): string {
  return `At least ${total.toLocaleString()} people`;
}

/** Why nobody is shown, from a message that begins with what it is about. */
export function refusal(message: string): string {
  return `The search ${message.replace(/^\S*diversity\s/u, '')}.`;
}
