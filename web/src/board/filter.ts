// Which cards a filter shows. It looks at all cards of the board, so that nobody is hidden without being counted.

import type { Card } from './board';

export interface Filter {
  readonly text: string;
  readonly source: string | null;
}

export function isActive({ text, source }: Filter): boolean {
  return text !== '' || source !== null;
}

/** The cards that a filter shows, in their order. */
export function shown(filter: Filter, cards: readonly Card[]): readonly Card[] {
  if (!isActive(filter)) return cards;
  const words = plain(filter.text).split(/\s+/u).filter(Boolean);
  return cards.filter(
    (card) =>
      (filter.source === null || sourceOf(card) === filter.source) &&
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
export function sourceOf(card: Card): string {
  return card.source ?? ORIGINS[card.origin];
}

const ORIGINS: Record<Card['origin'], string> = {
  APPLIED: 'Applied',
  SOURCED: 'Sourced',
  REFERRAL: 'Referral',
  AGENCY: 'Agency',
  INTERNAL: 'Internal',
  UNKNOWN: 'Unknown source',
};

/** Without case and accents: what people type is not what people are called. */
function plain(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase();
}
