import fc from 'fast-check';
import { expect, test } from 'vitest';
import { between, choose, EVERYBODY, isChosen, NOBODY, numberOf } from './selection';

const ROWS = ['a', 'b', 'c', 'd'];

test('whoever is chosen is chosen, until they are not any more', () => {
  const steps = fc.array(fc.record({ id: fc.constantFrom(...ROWS), chosen: fc.boolean() }));
  fc.assert(
    fc.property(fc.boolean(), steps, (all, acts) => {
      let selection = all ? EVERYBODY : NOBODY;
      const expected = new Map(ROWS.map((id) => [id, all]));
      for (const { id, chosen } of acts) {
        selection = choose(selection, [id], chosen);
        expected.set(id, chosen);
      }
      for (const id of ROWS) expect(isChosen(selection, id)).toBe(expected.get(id));
      expect(numberOf(selection, ROWS.length)).toBe([...expected.values()].filter(Boolean).length);
    }),
  );
});

test('a range goes either way, and to the row alone when it began at none that is there', () => {
  expect(between(ROWS, 'b', 'd')).toEqual(['b', 'c', 'd']);
  expect(between(ROWS, 'd', 'b')).toEqual(['b', 'c', 'd']);
  expect(between(ROWS, 'c', 'c')).toEqual(['c']);
  expect(between(ROWS, null, 'c')).toEqual(['c']);
  expect(between(ROWS, 'x', 'c')).toEqual(['c']);
});
