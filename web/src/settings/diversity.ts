// What people said of themselves: what is chosen of it, and what it was used for, in words. No React.

import type { DiversityUseKind, DiversityUsesQuery } from '../api/generated';

export type Use = NonNullable<DiversityUsesQuery['diversityUses']>['nodes'][number];

const DONE: Readonly<Record<DiversityUseKind, string>> = {
  SEARCHED: 'Searched',
  COUNTED: 'Counted',
  SWITCHED_ON: 'Switched it on',
  SWITCHED_OFF: 'Switched it off',
  CHOSEN: 'Chose the answers',
};

export function doneIn({ kind }: Pick<Use, 'kind'>): string {
  return DONE[kind];
}

/** How many were found; nothing of what was no search. */
export function foundIn({ kind, people }: Pick<Use, 'kind' | 'people'>): string {
  if (kind !== 'SEARCHED' && kind !== 'COUNTED') return '';
  return people === null ? 'too few' : `${people.toLocaleString()} or more`;
}

/** What was searched by beside it, or which answers were chosen. */
export function besides({ filter, withText, options }: Pick<Use, 'filter' | 'withText' | 'options'>): string {
  if (options.length > 0) return options.join(', ');
  const names = new Set(filter === null ? [] : namesIn(JSON.parse(filter)));
  names.delete('diversity');
  const all = [...(withText ? ['words'] : []), ...names];
  return all.length > 0 ? `beside it by ${all.join(', ')}` : '';
}

const NESTING = new Set(['all', 'any', 'not', 'applications', 'some', 'every', 'none']);

/** The conditions of a filter, however deep, as one reads them. */
function namesIn(filter: unknown): string[] {
  if (Array.isArray(filter)) return filter.flatMap(namesIn);
  if (typeof filter !== 'object' || filter === null) return [];
  return Object.entries(filter).flatMap(([name, value]) => (NESTING.has(name) ? namesIn(value) : [spaced(name)]));
}

function spaced(name: string): string {
  return name.replace(/[A-Z]/gu, (letter) => ` ${letter.toLowerCase()}`);
}

/** The same answers with one more, or one less. */
export function toggled(chosen: readonly string[], id: string, on: boolean): readonly string[] {
  return on ? [...chosen.filter((each) => each !== id), id] : chosen.filter((each) => each !== id);
}

export function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((each) => other.includes(each));
}
