import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Clause,
  type Condition,
  conditionsOf,
  DEEPEST,
  definition,
  filterOf,
  isGiven,
  isGroup,
  KINDS,
  MATCHES,
  MOST,
  read,
  said,
  sizeOf,
  without,
  written,
} from './conditions';

const condition = fc.record({
  kind: fc.constantFrom(...KINDS),
  value: fc.string({ unit: 'grapheme', maxLength: 40 }),
  not: fc.boolean(),
});

/** Conditions and groups of them, groups nested as deep as they may be, and as few as one address takes. */
function clausesOf(each: fc.Arbitrary<Condition>): fc.Arbitrary<readonly Clause[]> {
  const list = (one: fc.Arbitrary<Clause>) => fc.array(one, { maxLength: 4 });
  let one: fc.Arbitrary<Clause> = each;
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    one = fc.oneof({ weight: 2, arbitrary: each }, fc.record({ match: fc.constantFrom(...MATCHES), of: list(one) }));
  }
  return list(one).filter((clauses) => sizeOf(clauses) <= MOST);
}

test('an address says what was written into it', () => {
  fc.assert(
    fc.property(fc.oneof(fc.array(condition, { maxLength: 20 }), clausesOf(condition)), (clauses) => {
      expect(read(written(clauses))).toEqual(clauses);
    }),
  );
});

test('whatever else an address says is left out', () => {
  expect(read('stage:ONSITE|nonsense|constructor:1|!tag:%E0%A4%A')).toEqual([
    { kind: 'stage', value: 'ONSITE', not: false },
    { kind: 'tag', value: '', not: true },
  ]);
  fc.assert(fc.property(fc.string(), (text) => sizeOf(read(text)) <= MOST));
  const marks = fc.string({ unit: fc.constantFrom('any(', 'none(', ')', '|', '!', 'title:', 'x') });
  fc.assert(fc.property(marks, (text) => sizeOf(read(text)) <= MOST));
});

test('groups stand in brackets, and brackets outside of groups are of the value', () => {
  const emea: Condition = { kind: 'department', value: 'Sales (EMEA)', not: false };
  expect(read('department:Sales%20(EMEA)')).toEqual([emea]);
  const group: Clause = { match: 'any', of: [emea, { match: 'none', of: [] }] };
  expect(written([group, emea])).toBe('any(department:Sales%20%28EMEA%29|none())|department:Sales%20%28EMEA%29');
  expect(read('any(title:a')).toEqual([{ match: 'any', of: [{ kind: 'title', value: 'a', not: false }] }]);
});

test('in a group of which one must hold, each condition may hold for another application', () => {
  const [onsite, hired]: Condition[] = [
    { kind: 'stage', value: 'ONSITE', not: false },
    { kind: 'status', value: 'HIRED', not: true },
  ] as const;
  const of = [onsite, hired, { kind: 'title', value: 'engineer', not: false }] as const;
  const parts = [
    { applications: { some: { all: [{ furthestStage: { atLeast: 'ONSITE' } }] } } },
    { applications: { none: { status: ['HIRED'] } } },
    { title: 'engineer' },
  ];
  expect(filterOf([{ match: 'any', of }])).toEqual({ all: [{ any: parts }] });
  expect(filterOf([{ match: 'none', of }])).toEqual({ all: [{ not: { any: parts } }] });
  expect(filterOf([{ match: 'all', of: [onsite, onsite] }])).toEqual({
    all: [
      {
        all: [
          {
            applications: {
              some: { all: [{ furthestStage: { atLeast: 'ONSITE' } }, { furthestStage: { atLeast: 'ONSITE' } }] },
            },
          },
        ],
      },
    ],
  });
  expect(filterOf([{ match: 'any', of: [{ match: 'none', of: [] }] }])).toBeNull();
});

test('a kind is dropped wherever it stands', () => {
  const [project, tag] = [
    { kind: 'project', value: 'x', not: false },
    { kind: 'tag', value: 'Go', not: false },
  ] as const;
  expect(without('project', [project, { match: 'any', of: [tag, project] }])).toEqual([{ match: 'any', of: [tag] }]);
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
    fc.property(fc.oneof(fc.array(some, { maxLength: 8 }), clausesOf(some)), (conditions) => {
      const filter = filterOf(conditions);
      const back = conditionsOf(JSON.parse(JSON.stringify(filter)));
      expect(back).not.toBeNull();
      expect(filterOf(back ?? [])).toEqual(filter);
      if (!conditions.some(isGroup)) {
        expect(new Set(back)).toEqual(new Set((conditions as readonly Condition[]).filter(isGiven)));
      }
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

test('a condition is named by its sentence, a group by those of its conditions', () => {
  const [days, tag, project]: readonly Condition[] = [
    { kind: 'contacted', value: '90', not: true },
    { kind: 'tag', value: 'Go', not: false },
    { kind: 'project', value: 'UHJvamVjdDox', not: false },
  ];
  expect([days, tag, project].map((each) => each && said(each))).toEqual([
    'Was not written to within 90 days',
    'Has the tag Go',
    'Is in the project',
  ]);
  const of = [days, tag] as readonly Condition[];
  expect(said({ match: 'any', of })).toBe('Was not written to within 90 days or Has the tag Go');
  expect(said({ match: 'none', of })).toBe('none of: Was not written to within 90 days, Has the tag Go');
});
