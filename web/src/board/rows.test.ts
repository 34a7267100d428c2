import { expect, test } from 'vitest';
import { gapsBetween, withKept } from './rows';

test('the row with the focus stays with those beside it, wherever one has scrolled to', () => {
  expect(withKept([10, 11, 12], 2, 20)).toEqual([1, 2, 3, 10, 11, 12]);
  expect(withKept([10, 11, 12], 12, 20)).toEqual([10, 11, 12, 13]);
  expect(withKept([10, 11, 12], 0, 20)).toEqual([0, 1, 10, 11, 12]);
  expect(withKept([10, 11, 12], 19, 20)).toEqual([10, 11, 12, 18, 19]);
  expect(withKept([10, 11, 12], -1, 20)).toEqual([10, 11, 12]);
});

test('rows and the room of those that are left out are together as high as all rows', () => {
  const row = (at: number) => ({ start: at * 40, end: at * 40 + 40 });
  expect(gapsBetween([row(1), row(10), row(11)], 2_000)).toEqual([40, 320, 0, 1_520]);
  expect(gapsBetween([row(0)], 40)).toEqual([0, 0]);
  expect(gapsBetween([], 0)).toEqual([0]);
});
