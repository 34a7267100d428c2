import { describe, expect, it } from 'vitest';
import { daysInWords, hoursInWords, parseThreshold } from './working-time';

describe('working hours in words', () => {
  it('says days that follow each other by the first and the last', () => {
    expect(daysInWords([1, 2, 3, 4, 5])).toBe('Monday to Friday');
    expect(daysInWords([5, 1, 2])).toBe('Monday, Tuesday and Friday');
    expect(daysInWords([7])).toBe('Sunday');
  });

  it('names the place', () => {
    const hours = { weekdays: [1], begins: '09:00', ends: '17:00', zone: 'Europe/Berlin', country: 'DE' };
    expect(hoursInWords({ ...hours, subdivision: 'BY' })).toBe(
      'Monday, 09:00 to 17:00, Europe/Berlin, holidays of DE BY',
    );
  });
});

describe('a threshold', () => {
  it('is two numbers, the second no less than the first', () => {
    expect(parseThreshold('12 / 24')).toEqual({ yellow: 12, red: 24 });
    expect(parseThreshold('1,5/2')).toEqual({ yellow: 1.5, red: 2 });
    for (const wrong of ['', '12', '24/12', 'a/b', '1/2/3', '-1/2', '/2']) expect(parseThreshold(wrong)).toBeNull();
  });
});
