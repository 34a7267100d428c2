import type { Origin } from '../api/generated';
import { REASONS } from '../attention/words';
import { given, oneOf, text } from '../shell/search-params';
import type { Filter } from './filter';

const ORIGINS: readonly Origin[] = ['APPLIED', 'SOURCED', 'REFERRAL', 'AGENCY', 'INTERNAL', 'UNKNOWN'];

export function boardSearch(raw: Record<string, unknown>) {
  return given({
    view: oneOf(raw, 'view', ['list'] as const),
    order: oneOf(raw, 'order', ['time'] as const),
    q: text(raw, 'q', 100),
    source: text(raw, 'source'),
    origin: oneOf(raw, 'origin', ORIGINS),
    member: text(raw, 'member', 100),
    flag: oneOf(raw, 'flag', REASONS),
    quiet: days(raw.quiet),
    stage: text(raw, 'stage'),
    open: text(raw, 'open'),
    tab: oneOf(raw, 'tab', ['profile', 'interviews', 'reviews', 'messages', 'history'] as const),
  });
}

export type BoardSearch = ReturnType<typeof boardSearch>;

/** Of several boards as one. */
export function ownBoardSearch(raw: Record<string, unknown>) {
  const { q, source, origin, member, flag, quiet, order } = boardSearch(raw);
  return given({ q, source, origin, member, flag, quiet, order });
}

export type OwnBoardSearch = ReturnType<typeof ownBoardSearch>;

/** What of a URL says which cards are shown. */
export function filterOf({ q, source, origin, member, flag, quiet }: BoardSearch): Filter {
  return {
    text: q ?? '',
    source: source ?? null,
    origin: origin ?? null,
    member: member ?? null,
    reason: flag ?? null,
    quietDays: quiet ?? null,
  };
}

/** All that shows every card again. */
export const UNFILTERED = {
  q: undefined,
  source: undefined,
  origin: undefined,
  member: undefined,
  flag: undefined,
  quiet: undefined,
} satisfies BoardSearch;

function days(value: unknown): number | undefined {
  const number = /^[1-9]\d{0,3}$/u.test(String(value)) ? Number(value) : 0;
  return number >= 1 && number <= 3650 ? number : undefined;
}
