import { expect, test } from 'vitest';
import { counts, isDrawable, isFew, percentage, type Rate, sentence } from './rates';

function rate(numerator: number, denominator: number, low = 0, high = 1): Rate {
  return { numerator, denominator, value: denominator ? numerator / denominator : null, low, high };
}

test('below five people there is no percentage, below twenty it is few', () => {
  expect([percentage(rate(3, 4)), counts(rate(3, 4)), isFew(rate(3, 4)), isDrawable(rate(3, 4))]).toEqual([
    null,
    '3 of 4',
    true,
    false,
  ]);
  expect([percentage(rate(5, 6)), isFew(rate(5, 6))]).toEqual(['83\u202f%', true]);
  expect([percentage(rate(13, 21)), isFew(rate(13, 21))]).toEqual(['62\u202f%', false]);
  expect([percentage(rate(0, 0)), isFew(rate(0, 0)), isDrawable(rate(0, 0))]).toEqual([null, false, false]);
});

test('the range is said in people and percent', () => {
  expect(sentence(rate(13, 21, 0.409, 0.792))).toBe(
    'With 21 people, the true rate may be anywhere from 41 to 79\u202f%.',
  );
  expect(sentence(rate(1, 1))).toBe('With 1 person there is too little to say a rate.');
  expect(sentence(rate(0, 0))).toBe('Nobody has been decided on yet.');
});
