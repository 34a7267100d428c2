import { expect, test } from 'vitest';
import { address, asked, isChanged, news, queryOf, type Saved } from './saved';

const FILTER = { all: [{ applications: { none: { status: ['HIRED'] } } }, { title: 'engineer' }] };
const SAVED: Saved = {
  id: 'one',
  name: 'Engineers',
  builtIn: false,
  text: 'lisbon',
  filter: JSON.stringify(FILTER),
  sort: 'ADDED',
  sharing: 'PRIVATE',
  lookedAt: null,
  newPeople: null,
  owner: null,
  job: null,
  viewerCan: { change: true },
};
const FOREIGN: Saved = { ...SAVED, text: null, sort: 'RELEVANCE', filter: '{"any":[{"title":"a"},{"active":true}]}' };

test('an address that names a search alone is that search', () => {
  const found = asked({ search: 'one' }, SAVED);
  expect(found).toMatchObject({ q: 'lisbon', filter: FILTER, sort: 'ADDED', foreign: false });
  expect(found.conditions).toHaveLength(2);
  expect(isChanged(SAVED, found)).toBe(false);
  expect(queryOf(found)).toEqual({ text: 'lisbon', filter: FILTER, sort: 'ADDED' });
});

test('a change says all that is asked, and keeps the search that was changed', () => {
  const changed = address({ search: 'one' }, asked({ search: 'one' }, SAVED), { q: 'porto' });
  expect(changed).toEqual({ q: 'porto', where: '!status:HIRED|title:engineer', sort: 'ADDED', search: 'one' });
  const found = asked(changed, SAVED);
  expect(found).toMatchObject({ q: 'porto', filter: FILTER, sort: 'ADDED' });
  expect(isChanged(SAVED, found)).toBe(true);
});

test('a search of which nothing is left is none any more', () => {
  const found = asked({ search: 'one' }, SAVED);
  expect(address({ search: 'one' }, found, { q: '', conditions: [], sort: undefined })).toEqual({});
});

test('a filter that was made elsewhere stays until it is replaced', () => {
  const found = asked({ search: 'one' }, FOREIGN);
  expect(found).toMatchObject({ foreign: true, conditions: [], filter: JSON.parse(FOREIGN.filter ?? '') });
  const typed = address({ search: 'one' }, found, { q: 'x' });
  expect(asked(typed, FOREIGN)).toMatchObject({ q: 'x', foreign: true, filter: found.filter });
  const replaced = address({ search: 'one' }, found, { conditions: [{ kind: 'active', value: '', not: false }] });
  expect(asked(replaced, FOREIGN)).toMatchObject({ foreign: false, filter: { all: [{ active: true }] } });
});

test('new people are named where there are any', () => {
  expect([null, 0, 1].map(news)).toEqual([null, null, '1 new']);
});
