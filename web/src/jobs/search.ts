import { given, oneOf, text } from '../shell/search-params';

/** Of a search for jobs, in characters: the API takes no more. */
export const LONGEST = 100;

/** What the list is sorted by; with a minus the other way round. The most recently opened first is not named. */
export const SORTS = ['-opened', 'title', '-title', 'activity', '-activity', 'active', '-active'] as const;

export function jobsSearch(raw: Record<string, unknown>) {
  return given({
    q: text(raw, 'q', LONGEST),
    status: oneOf(raw, 'status', ['DRAFT', 'CLOSED', 'ANY'] as const),
    mine: oneOf(raw, 'mine', ['1'] as const),
    department: text(raw, 'department', 500),
    location: text(raw, 'location', 500),
    member: text(raw, 'member', 200),
    attention: oneOf(raw, 'attention', ['1'] as const),
    sort: oneOf(raw, 'sort', SORTS),
  });
}

export type JobsSearch = ReturnType<typeof jobsSearch>;
