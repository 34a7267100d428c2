import { describe, expect, test } from 'vitest';
import type { Stage } from './board';
import { type Disputed, disagreementOf, refusedOf } from './disagreement';

const stage = (id: string, acceptsMoves = true): Stage => ({
  id,
  name: `${id} round`,
  kind: 'INTERVIEW',
  acceptsMoves,
});
const STAGES = [stage('first'), stage('second'), stage('retired', false)];

function card(stageId: string, atsStageId: string | null, sync: Disputed['sync'] = 'CONFLICTED'): Disputed {
  return { sync, stageId, atsStageId, syncReason: 'The application is elsewhere.', refusedAction: null };
}

describe('a disagreement with the ATS', () => {
  test('names both stages and the ATS’s own reason, and leads both ways', () => {
    expect(disagreementOf(card('first', 'second'), STAGES, undefined)).toEqual({
      here: { id: 'first', name: 'first round' },
      there: { id: 'second', name: 'second round' },
      reason: 'The application is elsewhere.',
      refusal: null,
      keep: 'first',
      take: 'second',
    });
  });

  test('is none about a stage if the ATS refused something else, which is said instead', () => {
    const refused: Disputed = { ...card('first', null), refusedAction: 'REJECT' };
    expect(disagreementOf(refused, STAGES, undefined)).toBeNull();
    expect(refusedOf(refused)).toEqual({
      action: 'REJECT',
      words: 'The ATS refused the rejection',
      reason: 'The application is elsewhere.',
    });
    expect(refusedOf(card('first', 'second'))).toBeNull();
    expect(refusedOf({ ...refused, sync: 'PENDING' })).toBeNull();
  });

  test.each(['SYNCED', 'PENDING'] as const)('is none while it is %s', (sync) => {
    expect(disagreementOf(card('first', null, sync), STAGES, 'No')).toBeNull();
  });

  test('a stage that accepts no moves cannot be kept, but taken where the ATS has it already', () => {
    expect(disagreementOf(card('retired', 'second'), STAGES, undefined)).toMatchObject({ keep: null, take: 'second' });
    expect(disagreementOf(card('first', 'retired'), STAGES, undefined)).toMatchObject({
      keep: 'first',
      take: 'retired',
    });
  });

  test.each([null, 'elsewhere'])('nothing is offered while the ATS’s stage is unknown (%s)', (there) => {
    expect(disagreementOf(card('first', there), STAGES, undefined)).toMatchObject({
      there: { id: null, name: 'a stage not known here' },
      keep: null,
      take: null,
    });
  });

  test('says why the last try came to nothing', () => {
    expect(disagreementOf(card('first', 'second'), STAGES, 'You may not')?.refusal).toBe('You may not');
  });
});
