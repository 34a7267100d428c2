import { expect, test } from 'vitest';
import type { Card } from './board';
import { type Columns, placeOf, successor } from './lost-focus';

function columns(shown: Record<string, readonly string[]>): Columns {
  return new Map(
    Object.entries(shown).map(([stage, ids]) => [
      stage,
      { cards: ids.map((applicationId) => ({ applicationId }) as Card) },
    ]),
  );
}

const BEFORE = columns({ Screen: ['P1', 'P2', 'P3'], Onsite: ['P4'] });
const WAS = placeOf(BEFORE, 'P2');

test.each([
  ['follows the card into another column', { Screen: ['P1', 'P3'], Onsite: ['P4', 'P2'] }, 'P2'],
  ['goes to who took its place', { Screen: ['P1', 'P3'], Onsite: ['P4'] }, 'P3'],
  ['goes to the one before if it was the last', { Screen: ['P1'], Onsite: ['P4'] }, 'P1'],
  ['is nowhere if the column is empty', { Screen: [], Onsite: ['P4'] }, null],
  ['is nowhere if the column is not shown any more', { Onsite: ['P4'] }, null],
])('the focus %s', (_, after, expected) => {
  expect(WAS).toEqual({ stage: 'Screen', row: 1 });
  expect(WAS && successor(columns(after), 'P2', WAS)).toBe(expected);
});
