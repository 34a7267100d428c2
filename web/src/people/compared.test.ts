import { expect, test } from 'vitest';
import { differing } from './compared';

const KATE = { name: 'Kate Austen', title: 'Surgeon', company: null, location: 'Lisbon' };

test('only what both records say, and differently, has to be chosen', () => {
  const other = { name: 'Katherine Austen', title: 'Surgeon', company: 'Oceanic', location: null };
  expect(differing(KATE, other)).toEqual([
    { field: 'NAME', name: 'Name', ours: 'Kate Austen', theirs: 'Katherine Austen' },
  ]);
});

test('equal records leave nothing to choose', () => {
  expect(differing(KATE, KATE)).toEqual([]);
});
