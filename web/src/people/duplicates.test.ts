import { expect, test } from 'vitest';
import { type Alike, likely, moved } from './duplicates';

function person(emails: readonly string[], applications: number): Alike {
  const application = { id: 'a' } as Alike['applications'][number];
  return {
    id: 'p',
    name: 'Ada',
    title: null,
    company: null,
    location: null,
    addedAt: '2026-01-01T00:00:00Z',
    emails: emails.map((value) => ({ value })),
    phones: [],
    applications: Array.from({ length: applications }, () => application),
  };
}

test('an address that both have does not move', () => {
  expect(moved(person(['Ada@example.org', 'b@example.org'], 2), person(['ada@example.org'], 0))).toBe(
    '2 applications, 1 e-mail address, and the notes, messages and history',
  );
  expect(moved(person([], 0), person([], 1))).toBe('the notes, messages and history');
});

test('likelihood is said in words', () => {
  expect([0.95, 0.85, 0.64, 0.5].map(likely)).toEqual(['Very likely', 'Very likely', 'Likely', 'Possible']);
});
