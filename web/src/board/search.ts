import { given, oneOf, text } from '../shell/search-params';

export function boardSearch(raw: Record<string, unknown>) {
  return given({
    view: oneOf(raw, 'view', ['list'] as const),
    q: text(raw, 'q'),
    source: text(raw, 'source'),
    stage: text(raw, 'stage'),
    open: text(raw, 'open'),
    tab: oneOf(raw, 'tab', ['profile', 'interviews', 'reviews', 'messages', 'history'] as const),
  });
}

export type BoardSearch = ReturnType<typeof boardSearch>;
