// A person who is being added by hand: kept for this tab until they are saved. No React.

import type { CreatePersonInput } from '../api/generated';
import { drafts } from '../session/drafts';
import { EMPTY_POINT, pointInput, type Typed } from './contact-points';

export interface NewPerson {
  /** The idempotency key: saving again after a lost answer adds nobody else. */
  readonly key: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly title: string;
  readonly company: string;
  readonly location: string;
  readonly points: readonly Typed[];
  /** Separated by commas. */
  readonly tags: string;
}

export const MOST_POINTS = 20;

const DRAFT = 'person-new';

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export function nobody(key: string): NewPerson {
  return { key, firstName: '', lastName: '', title: '', company: '', location: '', points: [EMPTY_POINT], tags: '' };
}

export function loadPerson(key: string, store: Store = drafts): NewPerson {
  try {
    const kept: unknown = JSON.parse(store.getItem(DRAFT) ?? 'null');
    return isPerson(kept) ? kept : nobody(key);
  } catch {
    return nobody(key); // not ours
  }
}

export function savePerson(person: NewPerson, store: Store = drafts): void {
  store.setItem(DRAFT, JSON.stringify(person));
}

export function dropPerson(store: Store = drafts): void {
  store.removeItem(DRAFT);
}

function isPerson(kept: unknown): kept is NewPerson {
  if (typeof kept !== 'object' || kept === null || !('points' in kept) || !Array.isArray(kept.points)) return false;
  const fields = kept as Record<string, unknown>;
  return Object.keys(nobody('')).every((name) => name === 'points' || typeof fields[name] === 'string');
}

export function nameOf({ firstName, lastName }: Pick<NewPerson, 'firstName' | 'lastName'>): string {
  return `${firstName.trim()} ${lastName.trim()}`.trim();
}

/** What is sent: contact points that were typed, in their order; each tag once. */
export function personInput(person: NewPerson): CreatePersonInput {
  const tags = person.tags
    .split(',')
    .map((tag) => tag.trim())
    .filter(Boolean);
  return {
    firstName: person.firstName.trim() || null,
    lastName: person.lastName.trim() || null,
    title: person.title.trim() || null,
    company: person.company.trim() || null,
    location: person.location.trim() || null,
    contactPoints: person.points.filter(({ value }) => value.trim() !== '').map(pointInput),
    tags: [...new Set(tags)],
    idempotencyKey: person.key,
  };
}

/** The path at which the API names a problem with the contact point that stands at this place; null for an empty one. */
export function pathOfPoint(points: readonly Typed[], at: number): string | null {
  if (!points[at]?.value.trim()) return null;
  const before = points.slice(0, at).filter(({ value }) => value.trim() !== '').length;
  return `contactPoints.${before}`;
}
