import { expect, it } from 'vitest';
import { snoozeEnds } from './snooze';

it('ends in the morning, on days to come', () => {
  for (const day of [1, 2, 3, 4, 5, 6, 7]) {
    const now = new Date(2026, 10, day, 23, 30);
    for (const { until } of snoozeEnds(now)) {
      expect(Date.parse(until)).toBeGreaterThan(now.getTime());
      expect(new Date(until).getHours()).toBe(9);
    }
    expect(new Date(snoozeEnds(now)[2]?.until ?? '').getDay()).toBe(1);
  }
});
