import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Condition, conditionsOf, definition, filterOf, isGiven, KINDS, read, written } from './conditions';

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
});

const VALUES = {
  words: 'engineer',
  days: '365',
  none: '',
  stage: 'ONSITE',
  status: 'HIRED',
  rating: 'YES',
  project: 'UHJvamVjdDox',
} as const;

function asked({ kind, not }: Pick<Condition, 'kind' | 'not'>): Condition {
  const { value } = definition(kind);
  return { kind, not, value: value in VALUES ? VALUES[value as keyof typeof VALUES] : 'Sales' };
}

test('a filter that conditions made is read back as these conditions', () => {
  const some = fc.record({ kind: fc.constantFrom(...KINDS), not: fc.boolean() }).map(asked);
  fc.assert(
    fc.property(fc.array(some, { maxLength: 8 }), (conditions) => {
      const filter = filterOf(conditions);
      const back = conditionsOf(JSON.parse(JSON.stringify(filter)));
      expect(back).not.toBeNull();
      expect(filterOf(back ?? [])).toEqual(filter);
      expect(new Set(back)).toEqual(new Set(conditions.filter(isGiven)));
    }),
  );
});

test('a filter that no conditions say is not read as others', () => {
  for (const filter of [
    { any: [{ title: 'engineer' }] },
    { all: [{ title: 'engineer', company: 'Initech' }] },
    { all: [{ tag: ['A', 'B'] }] },
    { all: [{ applications: { every: { status: ['HIRED' as const] } } }] },
    { all: [{ not: { all: [{ title: 'a' }] } }] },
    {
      all: [
        { applications: { some: { all: [{ status: ['HIRED' as const] }] }, none: { status: ['HIRED' as const] } } },
      ],
    },
  ]) {
    expect(conditionsOf(filter)).toBeNull();
  }
  expect(conditionsOf(null)).toEqual([]);
});
