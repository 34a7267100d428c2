import { describe, expect, test } from 'vitest';
import * as d from './decide';
import * as r from './rules';
import { decideSearch, newReviewSearch, peopleOf, reviewsSearch } from './search';

const NOW = Date.parse('2026-11-04T12:00:00Z');
const at = (milliseconds: number) => new Date(NOW + milliseconds).toISOString();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('due', () => {
  test.each([
    [null, 'SENT', 'No due date', false],
    [at(30_000), 'SENT', 'Due in 1 minute', false],
    [at(30 * MINUTE), 'SENT', 'Due in 30 minutes', false],
    [at(5 * HOUR), 'IN_PROGRESS', 'Due in 5 hours', false],
    [at(DAY + HOUR), 'SENT', 'Due tomorrow', false],
    [at(2 * DAY - HOUR), 'SENT', 'Due in 2 days', false],
    [at(3 * DAY + HOUR), 'SENT', 'Due in 3 days', false],
    [at(30 * DAY), 'SENT', 'Due 4 Dec', false],
    [at(-1), 'SENT', 'Overdue by 1 minute', true],
    [at(-2 * HOUR), 'IN_PROGRESS', 'Overdue by 2 hours', true],
    [at(-DAY), 'SENT', 'Overdue by 1 day', true],
    [at(-3 * DAY), 'SENT', 'Overdue by 3 days', true],
    [at(-3 * DAY), 'COMPLETED', 'Was due 1 Nov', false],
    [at(3 * DAY), 'CANCELLED', 'Was due 7 Nov', false],
  ] as const)('%s of a review that is %s: %s', (dueAt, status, words, overdue) => {
    expect(r.due(dueAt, status, NOW)).toEqual({ words, overdue });
  });
});

test('whoever has decided on everybody or finished owes nothing', () => {
  const done = { decided: 3, finishedAt: null };
  const finished = { decided: 3, finishedAt: at(0) };
  const begun = { decided: 2, finishedAt: null };
  expect(r.owing([done, begun, finished], 3)).toEqual([begun]);
});

test('the disputed come first, and all keep their order otherwise', () => {
  const items = [1, 2, 3, 4].map((id) => ({ id, disputed: id % 2 === 0 }));
  expect(r.disputedFirst(items).map(({ id }) => id)).toEqual([2, 4, 1, 3]);
});

describe('a cell', () => {
  const ana = { decided: 1, user: { id: 'ana' } };
  const ben = { decided: 0, user: { id: 'ben' } };
  const said = { verdict: 'APPROVED', reviewer: { id: 'ana' } } as const;
  const item = { disputed: false, othersHidden: false, verdicts: [said] };

  test('shows what a reviewer says', () => expect(r.cellOf(item, ana, 'ben')).toEqual({ kind: 'said', said }));
  test('is to do if nothing is said', () => expect(r.cellOf(item, ben, 'cleo').kind).toBe('to do'));
  test('is hidden until one has judged oneself', () =>
    expect(r.cellOf({ ...item, othersHidden: true, verdicts: [] }, ana, 'ben').kind).toBe('hidden'));
  test('hides nothing of a reviewer who has decided on nobody', () =>
    expect(r.cellOf({ ...item, othersHidden: true, verdicts: [] }, ben, 'ana').kind).toBe('to do'));
  test('is never hidden from its own reviewer', () =>
    expect(r.cellOf({ ...item, othersHidden: true, verdicts: [] }, ana, 'ana').kind).toBe('to do'));
});

test('verdicts are counted in the order of the buttons', () => {
  const said = (['REJECTED', 'APPROVED', 'REJECTED'] as const).map((verdict) => ({ verdict }));
  expect(r.tally(said)).toEqual([
    { verdict: 'APPROVED', count: 1 },
    { verdict: 'REJECTED', count: 2 },
  ]);
});

test.each([
  [{ linkRevoked: false, linkExpiresAt: at(1) }, 'SENT', 'works'],
  [{ linkRevoked: true, linkExpiresAt: at(1) }, 'SENT', 'revoked'],
  [{ linkRevoked: false, linkExpiresAt: at(0) }, 'IN_PROGRESS', 'expired'],
  [{ linkRevoked: false, linkExpiresAt: at(1) }, 'COMPLETED', 'closed'],
] as const)('a link %o of a review that is %s: %s', (reviewer, status, state) => {
  expect(r.linkState(reviewer, status, NOW)).toBe(state);
});

test('the suggested due date leaves three working days', () => {
  const friday = new Date(2026, 10, 6, 9, 30);
  expect(r.localTime(r.suggestedDue(friday))).toBe('2026-11-11T17:00');
  const monday = new Date(2026, 10, 9, 23, 59);
  expect(r.localTime(r.suggestedDue(monday))).toBe('2026-11-12T17:00');
});

test('a local time goes to a field and back', () => {
  const time = new Date(2026, 0, 2, 3, 4);
  expect(r.fromLocalTime(r.localTime(time))).toBe(time.toISOString());
  expect(r.fromLocalTime('')).toBeNull();
  expect(r.fromLocalTime('tomorrow')).toBeNull();
});

describe('deciding', () => {
  const said: d.Said = { verdict: 'APPROVED', note: 'Good', visibility: 'HIRING_TEAM', version: 3 };

  test.each([
    [[false, false, false], 1, 2],
    [[true, false, true], 3, 2],
    [[false, true, true], 1, 'summary'],
    [[true, true, true], 2, 'summary'],
  ] as const)('with %o decided, %s is followed by %s', (decided, from, next) => {
    expect(d.nextPlace(decided, from)).toBe(next);
  });

  test.each([
    ['2', [true, true], 2],
    ['summary', [false], 'summary'],
    ['9', [true, false], 2],
    [undefined, [true, false, false], 2],
    [undefined, [true, true], 'summary'],
  ] as const)('the place %s with %o decided is %s', (p, decided, place) => {
    expect(d.placeOf(p, decided)).toBe(place);
  });

  test('a note is compared as the server keeps it', () => {
    expect(d.isUnsaved(said, { ...said, note: ' Good\u0000 ' })).toBe(false);
    expect(d.isUnsaved(said, { ...said, note: 'Better' })).toBe(true);
    expect(d.isUnsaved(said, { ...said, visibility: 'PRIVATE' })).toBe(true);
    expect(d.isUnsaved(said, undefined)).toBe(false);
    expect(d.cleaned('Cafe\u0301')).toBe('Caf\u00e9');
    expect(d.cleaned('\ud83d')).toBe('\ufffd');
  });

  test('without a verdict only a text is worth keeping', () => {
    expect(d.isUnsaved(null, { note: ' ', visibility: 'PRIVATE', version: null })).toBe(false);
    expect(d.isUnsaved(null, { note: 'Hm', visibility: 'PRIVATE', version: null })).toBe(true);
  });

  test('a draft is stale once another verdict stands there', () => {
    expect(d.isStale(said, { ...said, note: 'Mine' })).toBe(false);
    expect(d.isStale(said, { ...said, note: 'Mine', version: 2 })).toBe(true);
    expect(d.isStale(said, { ...said, note: 'Mine', version: null })).toBe(true);
    expect(d.isStale(null, { note: 'Mine', visibility: 'PUBLIC', version: 2 })).toBe(true);
    expect(d.isStale(said, { ...said, version: 2 })).toBe(false);
  });

  test('characters are counted, not their halves', () => {
    expect(d.charactersLeft('😀'.repeat(3999))).toBe(1);
    expect(d.charactersLeft('x'.repeat(4001))).toBe(-1);
  });
});

test('a URL keeps what it knows and drops the rest', () => {
  expect(reviewsSearch({ box: 'asked', state: 'open', job: '' })).toEqual({ box: 'asked' });
  expect(decideSearch({ p: '0' })).toEqual({});
  expect(decideSearch({ p: '12' })).toEqual({ p: '12' });
  expect(decideSearch({ p: 'summary' })).toEqual({ p: 'summary' });
  expect(peopleOf(newReviewSearch({ people: 'a,b,,a' }).people)).toEqual(['a', 'b']);
});
