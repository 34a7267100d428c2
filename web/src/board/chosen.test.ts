import { describe, expect, it } from 'vitest';
import type { Card } from './board';
import { chosenIn, commonStage, NONE, toggled } from './chosen';

const card = (applicationId: string, stageId: string) => ({ applicationId, stageId }) as Card;
const COLUMNS = new Map([
  ['screen', { cards: [card('a', 'screen'), card('b', 'screen')] }],
  ['onsite', { cards: [card('c', 'onsite')] }],
]);

describe('the chosen cards', () => {
  it('are changed without touching the others', () => {
    const some = toggled(NONE, ['a', 'b'], true);
    expect([...toggled(some, ['a'], false)]).toEqual(['b']);
    expect([...some]).toEqual(['a', 'b']);
    expect(NONE.size).toBe(0);
  });

  it('are the same set for each column in which nothing changed', () => {
    const before = chosenIn(COLUMNS, new Set(['a', 'c']), new Map());
    const after = chosenIn(COLUMNS, new Set(['a', 'b', 'c']), before);
    expect(after.get('onsite')).toBe(before.get('onsite'));
    expect([...(after.get('screen') ?? [])]).toEqual(['a', 'b']);
  });

  it('are of no column once nothing is chosen, nor where nobody is', () => {
    expect(chosenIn(COLUMNS, NONE, new Map()).size).toBe(0);
    expect(chosenIn(COLUMNS, new Set(['a']), new Map()).get('onsite')).toBe(NONE);
  });

  it('lie in one stage or in several', () => {
    expect(commonStage([card('a', 'screen'), card('b', 'screen')])).toBe('screen');
    expect(commonStage([card('a', 'screen'), card('c', 'onsite')])).toBeNull();
    expect(commonStage([])).toBeNull();
  });
});
