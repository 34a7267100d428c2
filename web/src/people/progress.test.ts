import { describe, expect, it } from 'vitest';
import { interviewState } from './progress';

const NOON = Date.parse('2026-03-02T12:00:00Z');
const at = (hour: number) => `2026-03-02T${hour}:00:00Z`;

describe('an interview', () => {
  it.each([
    ['that is to come', 'SCHEDULED', at(13), at(14), 'Scheduled'],
    ['that goes on', 'SCHEDULED', at(11), at(13), 'Scheduled'],
    ['that is over before the ATS says so', 'SCHEDULED', at(10), at(11), 'Over, a scorecard is missing'],
    ['whose scorecard is owed', 'AWAITING_FEEDBACK', at(10), at(11), 'Over, a scorecard is missing'],
    ['whose scorecards are in', 'COMPLETE', at(10), at(11), 'Scorecards are in'],
    ['without a time', 'SCHEDULED', null, null, 'No time yet'],
    ['in a state that we do not know', null, at(13), at(14), 'Scheduled'],
  ] as const)('%s says so', (_, status, startsAt, endsAt, word) => {
    expect(interviewState({ status, startsAt, endsAt }, NOON).word).toBe(word);
  });
});
