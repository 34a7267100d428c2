import { given, oneOf, text } from '../shell/search-params';

/** Of a search for projects, in characters: the API takes no more. */
export const LONGEST = 100;

export function projectsSearch(raw: Record<string, unknown>) {
  return given({
    q: text(raw, 'q', LONGEST),
    /** Archived ones as well. */
    archived: oneOf(raw, 'archived', ['1'] as const),
  });
}
