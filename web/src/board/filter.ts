// Which cards a filter shows. It looks at all cards of the board, so that nobody is hidden without being counted.

import type { Card } from './board';

export interface Filter {
  readonly text: string;
  readonly source: string | null;
}

export function isActive({ text, source }: Filter): boolean {
  return text !== '' || source !== null;
}

export function shows(filter: Filter, card: Card): boolean {
  if (filter.source !== null && sourceOf(card) !== filter.source) return false;
  const words = plain(filter.text).split(/\s+/u).filter(Boolean);
  if (words.length === 0) return true;
  const about = plain([card.personName, card.personTitle, card.personCompany].filter(Boolean).join(' '));
  return words.every((word) => about.includes(word));
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
