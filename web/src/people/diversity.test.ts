import { expect, test } from 'vitest';
import { amongDiverse, explained, goesWithIt, inItsWay, refusal, roughly } from './diversity';

test('a filter of whatever form is narrowed beside what it says', () => {
  expect(amongDiverse(null)).toEqual({ diversity: true });
  expect(amongDiverse({ any: [{ active: true }, { title: 'engineer' }] })).toEqual({
    diversity: true,
    all: [{ any: [{ active: true }, { title: 'engineer' }] }],
  });
});

test('it is said what people agreed to, and that nobody is told what they answered', () => {
  const said = explained({ available: true, consentQuestion: 'May we?', consentAnswer: 'Yes' });
  expect(said).toContain('“Yes” to “May we?”');
  expect(said).toContain('nobody is told which answer');
  expect(explained({ available: true, consentQuestion: null, consentAnswer: null })).not.toContain('“');
});

test('what users decide of chosen people does not go with it, wherever it stands', () => {
  expect(goesWithIt({ kind: 'project' })).toBe(false);
  expect(goesWithIt({ kind: 'tag' })).toBe(false);
  expect(goesWithIt({ kind: 'stage' })).toBe(true);
  expect(inItsWay(null, null)).toEqual([]);
  expect(inItsWay(null, { all: [{ title: 'tag' }, { applications: { some: { source: ['project'] } } }] })).toEqual([]);
  expect(inItsWay('lima', null)).toEqual(['the words in the search box']);
  expect(inItsWay('lima', { all: [{ not: { any: [{ project: ['1'] }] } }] })).toHaveLength(2);
  expect(inItsWay(null, { tag: ['Go'] })).toEqual(['the filters by tag or project']);
});

test('a number is said to be rounded, and a refusal in a sentence', () => {
  expect(roughly(40)).toBe('At least 40 people');
  expect(refusal('filter.diversity finds too few people to be shown: fewer than 10')).toBe(
    'The search finds too few people to be shown: fewer than 10.',
  );
});
