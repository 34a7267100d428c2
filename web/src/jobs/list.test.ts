import { describe, expect, test } from 'vitest';
import * as l from './list';
import { type JobsSearch, jobsSearch, SORTS } from './search';

describe('the URL', () => {
  test('what is not said, unknown or too long is left to its default', () => {
    const raw = { q: 'x'.repeat(101), status: 'LOST', mine: 'yes', attention: '0', sort: 'size', department: '' };
    expect(jobsSearch({ ...raw, other: 'x' })).toEqual(l.NO_FILTERS);
    expect(l.isFiltered(jobsSearch(raw))).toBe(false);
    expect(l.variablesOf(jobsSearch(raw))).toEqual({
      filter: {
        status: 'OPEN',
        mine: false,
        text: null,
        department: null,
        location: null,
        memberId: null,
        needingAttention: false,
      },
      sort: 'OPENED',
      reversed: false,
    });
  });

  test('what it says is asked for', () => {
    const search = jobsSearch({
      q: ' data ',
      status: 'ANY',
      mine: '1',
      department: 'Sales',
      member: 'id',
      sort: '-title',
    });
    expect(l.variablesOf(search)).toMatchObject({
      filter: { status: null, mine: true, text: 'data', department: 'Sales', memberId: 'id' },
      sort: 'TITLE',
      reversed: true,
    });
    expect(l.isFiltered(search)).toBe(true);
  });

  test('an order is no filter, and every order is said by the parameter it was read from', () => {
    for (const sort of [undefined, ...SORTS]) {
      expect(l.isFiltered(jobsSearch({ sort }))).toBe(false);
      expect(l.sortParam(l.sortOf({ sort }))).toBe(sort);
    }
  });
});

describe('a click on a head', () => {
  test('sorts by its column as one usually wants it, then the other way round', () => {
    const opened = l.sortOf({});
    for (const column of l.COLUMNS.filter((each) => each !== 'opened')) {
      const once = l.sortedBy(opened, column);
      const twice = l.sortedBy(once, column);
      expect(once).toEqual({ column, reversed: false });
      expect(twice).toEqual({ column, reversed: true });
      expect(l.sortedBy(twice, column)).toEqual(once);
    }
  });

  test.each([
    [{}, 'opened', 'descending'],
    [{}, 'title', 'none'],
    [{ sort: '-opened' }, 'opened', 'ascending'],
    [{ sort: 'title' }, 'title', 'ascending'],
    [{ sort: '-title' }, 'title', 'descending'],
    [{ sort: 'active' }, 'active', 'descending'],
  ] as const)('%o is said of the column %s: %s', (search, column, said) => {
    expect(l.ariaSort(l.sortOf(search), column)).toBe(said);
  });
});

describe('a job', () => {
  const member = (id: string, role: string, responsible = false) =>
    ({ role, responsible, user: { id, name: id } }) as unknown as l.Job['team'][number];

  test('names its hiring manager first and everybody once', () => {
    const team = [member('a', 'RECRUITER', true), member('b', 'HIRING_MANAGER'), member('c', 'HIRING_MANAGER', true)];
    expect(l.teamOf({ team: [...team, member('c', 'INTERVIEWER')] }).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  });

  test('says what of it needs attention, the worst first', () => {
    expect(l.needsOf({ conflicts: 0, scorecardsDue: 0 })).toEqual([]);
    expect(l.needsOf({ conflicts: 2, scorecardsDue: 1 }).map(({ words }) => words)).toEqual([
      'ATS disagrees on 2',
      '1 scorecard owed',
    ]);
  });

  test('says how many of its seats are filled', () => {
    expect(l.seats({ openings: 3, openingsFilled: 1 })).toBe('1 of 3 filled');
    expect(l.seats({ openings: 0, openingsFilled: 0 })).toBe('None');
  });
});

test('the filters that nothing passes are named', () => {
  const search: JobsSearch = { q: 'x', department: 'Sales', member: 'id', attention: '1' };
  expect(l.filterWords(search, 'Ana Alves')).toEqual([
    'Status: open',
    'Text: “x”',
    'Department: Sales',
    'Team member: Ana Alves',
    'Needs attention',
  ]);
});
