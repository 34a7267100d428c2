import { expect, test } from 'vitest';
import { besides, doneIn, foundIn, isSame, toggled } from './diversity';

test('a use is said without what it was about: which conditions, and roughly how many', () => {
  const filter = JSON.stringify({
    diversity: true,
    all: [{ not: { title: '…' } }, { applications: { some: { all: [{ furthestStage: {} }, { job: ['x'] }] } } }],
  });
  expect(besides({ filter, withText: true, options: [] })).toBe('beside it by words, title, furthest stage, job');
  expect(besides({ filter: JSON.stringify({ diversity: true }), withText: false, options: [] })).toBe('');
  expect(besides({ filter: null, withText: false, options: ['Woman', 'Yes'] })).toBe('Woman, Yes');
  expect(foundIn({ kind: 'SEARCHED', people: 40 })).toBe('40 or more');
  expect(foundIn({ kind: 'COUNTED', people: null })).toBe('too few');
  expect(foundIn({ kind: 'SWITCHED_ON', people: null })).toBe('');
  expect(doneIn({ kind: 'SWITCHED_OFF' })).toBe('Switched it off');
});

test('answers are chosen and left out again, each once', () => {
  expect(toggled(['a', 'b'], 'c', true)).toEqual(['a', 'b', 'c']);
  expect(toggled(['a', 'b'], 'b', true)).toEqual(['a', 'b']);
  expect(toggled(['a', 'b'], 'b', false)).toEqual(['a']);
  expect(isSame(['a', 'b'], ['b', 'a'])).toBe(true);
  expect(isSame(['a'], ['a', 'b'])).toBe(false);
});
