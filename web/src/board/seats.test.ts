import { describe, expect, it } from 'vitest';
import { seatsInWords } from './seats';

const NOW = Date.parse('2026-11-27T12:00:00Z');

describe('the open seats of a job', () => {
  it('are told apart, also those opened on the same day or at an unknown time', () => {
    const opened = ['2026-11-03T09:00:00Z', '2026-11-03T15:00:00Z', '2026-11-05T12:00:00Z', null, null];
    const seats = opened.map((openedAt, place) => ({ id: `s${place}`, openedAt }));
    expect(seatsInWords(seats, NOW)).toEqual([
      { id: 's0', words: 'Open since 3 Nov (1 of 2)' },
      { id: 's1', words: 'Open since 3 Nov (2 of 2)' },
      { id: 's2', words: 'Open since 5 Nov' },
      { id: 's3', words: 'An open seat (1 of 2)' },
      { id: 's4', words: 'An open seat (2 of 2)' },
    ]);
  });
});
