import { expect, test } from 'vitest';
import { countOf, newest, summary } from './bulk';

const COUNTS = [
  { outcome: 'NOT_FOUND', people: 1 },
  { outcome: 'DONE', people: 1240 },
  { outcome: 'UNCHANGED', people: 3 },
] as const;

test('a dry run says what would become of how many, the outcome that is wanted first', () => {
  expect(summary('ADD_TAG', COUNTS, false)).toBe(
    `${(1240).toLocaleString()} would get the tag, 3 with the tag already, 1 gone, merged, or not for you`,
  );
  expect(summary('ADD_TAG', [{ outcome: 'DONE', people: 2 }], true)).toBe('2 got the tag');
});

test('outcomes are counted one by one and all together', () => {
  expect(countOf(COUNTS)).toBe(1244);
  expect(countOf(COUNTS, 'DONE')).toBe(1240);
  expect(countOf(COUNTS, 'FAILED')).toBe(0);
});

test('what was told and what was answered may cross: the newer one counts', () => {
  const [older, newer] = [{ version: 1 }, { version: 2 }];
  expect(newest(newer, older)).toBe(newer);
  expect(newest(older, null, newer, undefined)).toBe(newer);
  expect(newest(null, undefined)).toBeNull();
});
