import { expect, it } from 'vitest';
import { parseRules, rulesInWords } from './ownership-rules';

it.each([
  [[30, 60, 90], '30 days after the first message, 60 after the second and 90 after every further one.'],
  [[7, 14], '7 days after the first message and 14 after every further one.'],
  [[1], '1 day after each message.'],
  [[], 'Switched off: anybody may write to anybody.'],
])('says the rules %o in words', (days, words) => {
  expect(rulesInWords(days)).toBe(words);
});

it.each([
  ['30, 60, 90', { days: [30, 60, 90] }],
  [' 7 14;14 ', { days: [7, 14, 14] }],
  ['', { days: [] }],
] as const)('takes %o', (text, found) => {
  expect(parseRules(text)).toEqual(found);
});

it.each([
  ['0', /from 1 to 365/u],
  ['30, 366', /from 1 to 365/u],
  ['30.5', /from 1 to 365/u],
  ['-3', /from 1 to 365/u],
  ['a month', /from 1 to 365/u],
  ['30, 20', /less time/u],
  ['1 1 1 1 1 1 1 1 1 1 1', /At most 10/u],
])('does not take %o', (text, problem) => {
  expect(parseRules(text)).toEqual({ problem: expect.stringMatching(problem) });
});
