import { given, oneOf, text } from '../shell/search-params';

export function jobsSearch(raw: Record<string, unknown>) {
  return given({
    q: text(raw, 'q'),
    status: oneOf(raw, 'status', ['DRAFT', 'CLOSED', 'ANY'] as const),
    mine: oneOf(raw, 'mine', ['1'] as const),
  });
}
