// Which cards a filter shows. The server finds them among all of the board's; what happens to cards meanwhile is judged
// here by the same rules.

import type { AttentionReason, BoardFilter, Origin } from '../api/generated';
import type { Card } from './board';

export interface Filter {
  readonly text: string;
  /** As the account calls it. */
  readonly source: string | null;
  /** Of cards without a source. */
  readonly origin: Origin | null;
  /** The user who looks after the person. */
  readonly member: string | null;
  readonly reason: AttentionReason | null;
  /** For so many days nothing has happened. */
  readonly quietDays: number | null;
}

export const NO_FILTER: Filter = {
  text: '',
  source: null,
  origin: null,
  member: null,
  reason: null,
  quietDays: null,
};

const DAY_MS = 86_400_000;

export function isActive({ text, ...others }: Filter): boolean {
  return text.trim() !== '' || Object.values(others).some((value) => value !== null);
}

/** As the API takes it; null for all cards. */
export function inputOf(filter: Filter): BoardFilter | null {
  if (!isActive(filter)) return null;
  const { text, source, origin, member, reason, quietDays } = filter;
  return { text: text.trim() || null, source, origin, memberId: member, reason, quietDays };
}

/** The cards that a filter shows, in their order. */
export function shown(filter: Filter, cards: readonly Card[]): readonly Card[] {
  if (!isActive(filter)) return cards;
  const words = plain(filter.text).split(/\s+/u).filter(Boolean);
  const { source, origin, member, reason, quietDays } = filter;
  const before = quietDays === null ? 0 : Date.now() - quietDays * DAY_MS;
  return cards.filter(
    (card) =>
      (source === null || card.source === source) &&
      (origin === null || (card.source === null && card.origin === origin)) &&
      (member === null || card.recruiterId === member || card.coordinatorId === member) &&
      (reason === null || (card.attention?.reasons.includes(reason) ?? false)) &&
      (quietDays === null || Date.parse(card.lastActivityAt ?? card.stageEnteredAt) <= before) &&
      words.every((word) => aboutOf(card).includes(word)),
  );
}

/** A board asks this of thousands of cards at every letter: each is made plain once. */
const ABOUT = new WeakMap<Card, string>();

function aboutOf(card: Card): string {
  let about = ABOUT.get(card);
  if (about === undefined) {
    about = plain([card.personName, card.personTitle, card.personCompany].filter(Boolean).join(' '));
    ABOUT.set(card, about);
  }
  return about;
}

/** Where a card's person came from, in words. */
export function sourceOf(card: Pick<Card, 'source' | 'origin'>): string {
  return card.source ?? originWords(card.origin);
}

export function originWords(origin: Origin): string {
  return ORIGINS[origin];
}

const ORIGINS: Record<Origin, string> = {
  APPLIED: 'Applied',
  SOURCED: 'Sourced',
  REFERRAL: 'Referral',
  AGENCY: 'Agency',
  INTERNAL: 'Internal',
  UNKNOWN: 'Unknown source',
};

/** What the server takes for something simpler, where Unicode knows no mark that could be left out. */
const PLAIN: Readonly<Record<string, string>> = {
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ħ: 'h',
  ı: 'i',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ð: 'd',
  þ: 'th',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '‐': '-',
  '–': '-',
  '—': '-',
};
const NOT_PLAIN = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'gu');

/** Without case and accents: what people type is not what people are called. */
function plain(text: string): string {
  const bare = text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase();
  return bare.replace(NOT_PLAIN, (letter) => PLAIN[letter] ?? letter);
}
