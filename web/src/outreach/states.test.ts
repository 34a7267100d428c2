import { describe, expect, it } from 'vitest';
import type { Blocker, MessageState } from '../api/generated';
import { afterSending, OBSTACLES, STATES, standingOf } from './states';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const BLOCKERS = Object.keys(OBSTACLES) as Blocker[];
const ALL_STATES = Object.keys(STATES) as MessageState[];

function message(state: MessageState, blocker: Blocker | null = null, replies = 0) {
  return { state, blocker, sendAt: '2026-11-28T11:00:00Z', replies: Array(replies).fill({}) };
}

describe('where a message stands', () => {
  it.each(ALL_STATES.flatMap((state) => [null, ...BLOCKERS].map((blocker) => [state, blocker] as const)))(
    'is said in words with one way on: %s, %s',
    (state, blocker) => {
      const { word, sentence, way } = standingOf(message(state, blocker), NOW);
      expect(word).toMatch(/^[A-Z][a-z ]+$/u);
      expect(sentence).toMatch(/^[A-Z].+\.$/u);
      expect(way).toBeTruthy();
    },
  );

  it.each(BLOCKERS)('names the obstacle, before and after writing, with what to do: %s', (blocker) => {
    const { sentence, before, out, passes } = OBSTACLES[blocker];
    for (const said of [sentence, before, out]) expect(said).toMatch(/^[A-Z].+\.$/u);
    expect(sentence.startsWith(passes ? 'It waits' : 'It was not sent:')).toBe(true);
  });

  it('uses the reason of a message that waits or failed, and of no other', () => {
    expect(standingOf(message('SCHEDULED', 'SENDER_CAP'), NOW).sentence).toBe(OBSTACLES.SENDER_CAP.sentence);
    expect(standingOf(message('FAILED', 'SUPPRESSED'), NOW).way).toBe('suppression');
    expect(standingOf(message('SENT', 'REFUSED'), NOW).sentence).toBe(STATES.SENT.sentence);
  });

  it('says of what usually passes and did not that it was not sent', () => {
    const { sentence, out, way } = standingOf(message('FAILED', 'SENDER_GONE'), NOW);
    expect(sentence).toMatch(/^It was not sent: who wrote it/u);
    expect(out).toMatch(/write to them anew/u);
    expect(way).toBe('write');
  });

  it('tells a planned message from one that is about to go, and an answered one from one that waits', () => {
    expect(standingOf(message('SCHEDULED'), NOW).word).toBe('Not sent yet');
    expect(standingOf({ ...message('SCHEDULED'), sendAt: '2026-11-29T09:30:00Z' }, NOW).word).toBe('Planned');
    expect(standingOf(message('SENT', null, 1), NOW).word).toBe('Reply received');
  });

  it('offers to settle only what is in doubt', () => {
    const settled = ALL_STATES.filter((state) => standingOf(message(state), NOW).way === 'settle');
    expect(settled).toEqual(['IN_DOUBT']);
  });
});

it('says after writing what stands in the way, not that it happened already', () => {
  expect(afterSending('SUPPRESSED', '2026-11-28T12:00:00Z', NOW)).toMatch(/^It will not be sent: /u);
  expect(afterSending('GRANT_MISSING', '2026-11-28T12:00:00Z', NOW)).toMatch(/^It waits: /u);
  expect(afterSending(null, '2026-11-28T12:00:00Z', NOW)).toBe('On its way');
  expect(afterSending(null, '2026-11-29T09:30:00Z', NOW)).toMatch(/^Planned/u);
});
