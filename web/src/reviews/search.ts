import { given, oneOf, text } from '../shell/search-params';

export function reviewsSearch(raw: Record<string, unknown>) {
  return given({
    box: oneOf(raw, 'box', ['asked', 'all'] as const),
    job: text(raw, 'job', 200),
    state: oneOf(raw, 'state', ['any'] as const),
  });
}

export function jobReviewsSearch(raw: Record<string, unknown>) {
  return given({ state: oneOf(raw, 'state', ['any'] as const) });
}

/** `people`: their ids, separated by commas; a hundred of them fit. */
export function newReviewSearch(raw: Record<string, unknown>) {
  return given({ job: text(raw, 'job', 200), people: text(raw, 'people', 12_000) });
}

export function peopleOf(people: string | undefined): readonly string[] {
  return [...new Set((people ?? '').split(',').filter(Boolean))];
}

/** `p`: the place of a person, from 1, or the summary, as on the page that reviewers reach from their mail. */
export function decideSearch(raw: Record<string, unknown>) {
  const p = text(raw, 'p', 10);
  return given({ p: p === 'summary' || /^[1-9]\d{0,2}$/.test(p ?? '') ? p : undefined });
}
