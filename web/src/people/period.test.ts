import { describe, expect, it } from 'vitest';
import { period } from './period';

describe('a period', () => {
  it.each([
    ['2021-03-01', '2023-06-30', /^Mar 2021 to Jun 2023$/],
    ['2021-01-01', '2023-01-01', /^2021 to 2023$/],
    ['2021-12-31', null, /^Since Dec 2021$/],
    [null, '2014-06-30', /^Until Jun 2014$/],
    [null, null, /^$/],
  ])('from %s until %s is said in months, or years', (started, ended, said) => {
    expect(period(started, ended)).toMatch(said);
  });
});
