// Two people who may be one: why, and what a merge brings together.

import type { DuplicatePersonFragment, DuplicateReason } from '../api/generated';

export type Alike = DuplicatePersonFragment;

const WHY: Readonly<Record<DuplicateReason, string>> = {
  SAME_EMAIL: 'They have an e-mail address in common',
  SAME_PHONE: 'They have a phone number in common',
  SAME_LINK: 'They have a profile in common',
  SEVERAL_MATCHES: 'Somebody was added who has contact points of both',
  NAME_AND_COMPANY: 'Nearly the same name, the same company',
  NAME_AND_LOCATION: 'Nearly the same name, the same place',
};

export function why(reason: DuplicateReason): string {
  return WHY[reason];
}

/** In words, since a percentage would claim to be measured. */
export function likely(score: number): string {
  if (score >= 0.85) return 'Very likely';
  return score >= 0.6 ? 'Likely' : 'Possible';
}

/** What the one who remains gets from the other. */
export function moved(from: Alike, to: Alike): string {
  const count = from.applications.length;
  const known = new Set(to.emails.map(({ value }) => value.toLowerCase()));
  const fresh = from.emails.filter(({ value }) => !known.has(value.toLowerCase())).length;
  const parts = [
    count === 1 ? '1 application' : count > 1 ? `${count} applications` : null,
    fresh === 1 ? '1 e-mail address' : fresh > 1 ? `${fresh} e-mail addresses` : null,
    'the notes, messages and history',
  ];
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(parts.filter((part) => part !== null));
}
