import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BUILT_IN, type Condition, filterOf, KINDS, read, written } from './conditions';

const condition = fc.record({
  kind: fc.constantFrom(...KINDS),
  value: fc.string({ unit: 'grapheme', maxLength: 40 }),
  not: fc.boolean(),
});

test('an address says what was written into it', () => {
  fc.assert(
    fc.property(fc.array(condition, { maxLength: 20 }), (conditions) => {
      expect(read(written(conditions))).toEqual(conditions);
    }),
  );
});

test('whatever else an address says is left out', () => {
  expect(read('stage:ONSITE|nonsense|constructor:1|!tag:%E0%A4%A')).toEqual([
    { kind: 'stage', value: 'ONSITE', not: false },
    { kind: 'tag', value: '', not: true },
  ]);
  fc.assert(fc.property(fc.string(), (text) => read(text).length <= 20));
});

test('conditions on applications hold for one and the same, those that must not for none', () => {
  const conditions: Condition[] = [
    { kind: 'stage', value: 'ONSITE', not: false },
    { kind: 'department', value: 'Engineering', not: false },
    { kind: 'status', value: 'HIRED', not: true },
    { kind: 'title', value: ' engineer ', not: true },
    { kind: 'company', value: ' ', not: false },
  ];
  expect(filterOf(conditions)).toEqual({
    all: [
      { applications: { some: { all: [{ furthestStage: { atLeast: 'ONSITE' } }, { department: ['Engineering'] }] } } },
      { applications: { none: { status: ['HIRED'] } } },
      { not: { title: 'engineer' } },
    ],
  });
});

test('conditions without a value ask for nothing', () => {
  expect(filterOf([{ kind: 'tag', value: '', not: false }])).toBeNull();
  expect(filterOf([])).toBeNull();
  for (const { conditions } of BUILT_IN) expect(filterOf(conditions)).not.toBeNull();
});
