import { expect, test } from 'vitest';
import { dayFrom } from '../ui/days';
import { carriedWords, changeWords, isOverdue, ratingWords, reasonsWords, STEPS, stepFrom } from './steps';

test('steps follow one after the other, and end where they end', () => {
  const forward = STEPS.map(({ id }) => stepFrom(id, 1));
  expect(forward).toEqual(['where', 'needs', 'outreach', 'compared', 'actions', 'actions']);
  expect(stepFrom('where', -1)).toBe('since');
  expect(stepFrom('since', -1)).toBe('since');
});

test('a change says from where to where', () => {
  const stages = { fromStage: { name: 'Screen' }, toStage: { name: 'Onsite' } };
  expect(changeWords({ kind: 'ADVANCED', ...stages })).toBe('moved from Screen to Onsite');
  expect(changeWords({ kind: 'RECEIVED', fromStage: null, toStage: { name: 'Screen' } })).toBe('came to Screen');
  expect(changeWords({ kind: 'REJECTED', fromStage: null, toStage: null })).toBe('was rejected');
});

test('of two reasons that say the same, the stronger is said', () => {
  expect(reasonsWords(['FURTHEST', 'FURTHER_THAN_MOST', 'WELL_RATED'])).toBe('Nobody is further, well rated');
  expect(reasonsWords(['FURTHER_THAN_MOST'])).toBe('Further than most');
});

test('ratings are said with how many there are, if there are any', () => {
  expect(ratingWords({ ratings: 3, ratingsFor: 2 })).toBe('2 of 3 for them');
  expect([ratingWords({ ratings: 0, ratingsFor: 0 }), ratingWords({})]).toEqual([null, null]);
});

test('what is due today is not late, and what is done never is', () => {
  const now = new Date(2026, 2, 31, 23, 59);
  expect(dayFrom(now, 0)).toBe('2026-03-31');
  expect(dayFrom(now, 1)).toBe('2026-04-01');
  expect(isOverdue({ dueOn: '2026-03-31', doneAt: null }, now)).toBe(false);
  expect(isOverdue({ dueOn: '2026-03-30', doneAt: null }, now)).toBe(true);
  expect(isOverdue({ dueOn: '2026-03-30', doneAt: '2026-04-02T00:00:00Z' }, now)).toBe(false);
});

test('how often something was carried over is said in words', () => {
  expect([0, 1, 3].map(carriedWords)).toEqual([null, 'carried over once', 'carried over 3 times']);
});
