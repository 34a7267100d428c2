// What people are searched by, as a list of conditions that must all hold: each a sentence, a part of the address, and a
// part of the filter that the API takes. No React.

import type { ApplicationFilter, PeopleFilter, StageKind } from '../api/generated';

/** How a condition's value is given. */
export type Value =
  | 'words'
  | 'days'
  | 'none'
  | 'stage'
  | 'department'
  | 'source'
  | 'tag'
  | 'status'
  | 'rating'
  | 'project';

interface Definition {
  /** The sentence, with its value between the two; `not` says the opposite. */
  readonly is: readonly [before: string, after?: string];
  readonly not: readonly [before: string, after?: string];
  readonly value: Value;
  /** What it begins with. */
  readonly initial: string;
  readonly person?: (value: string) => PeopleFilter;
  /** Of an application: all of these hold for one and the same. */
  readonly application?: (value: string) => ApplicationFilter;
}

const days = (value: string) => Number.parseInt(value, 10) || 0;

export const STAGES: readonly (readonly [StageKind, string])[] = [
  ['CONTACTED', 'contacted'],
  ['REPLIED', 'replied'],
  ['APPLIED', 'applied'],
  ['SCREEN', 'screen'],
  ['INTERVIEW', 'interview'],
  ['ONSITE', 'onsite'],
  ['OFFER', 'offer'],
  ['HIRED', 'hired'],
];
export const STATUSES = [
  ['ACTIVE', 'under way'],
  ['REJECTED', 'rejected'],
  ['WITHDRAWN', 'withdrawn'],
  ['HIRED', 'hired'],
] as const;
export const RATINGS = [
  ['STRONG_YES', 'a strong yes'],
  ['YES', 'a yes'],
  ['MIXED', 'mixed'],
] as const;

type Status = (typeof STATUSES)[number][0];
type Rated = (typeof RATINGS)[number][0];

const DEFINITIONS = {
  stage: {
    is: ['Reached', 'or later'],
    not: ['Never reached', 'or later'],
    value: 'stage',
    initial: 'ONSITE',
    application: (value) => ({ furthestStage: { atLeast: value as StageKind } }),
  },
  status: {
    is: ['Application is'],
    not: ['No application is'],
    value: 'status',
    initial: 'REJECTED',
    application: (value) => ({ status: [value as Status] }),
  },
  department: {
    is: ['Applied in'],
    not: ['Never applied in'],
    value: 'department',
    initial: '',
    application: (value) => ({ department: [value] }),
  },
  source: {
    is: ['Came by'],
    not: ['Never came by'],
    value: 'source',
    initial: '',
    application: (value) => ({ source: [value] }),
  },
  applied: {
    is: ['Applied within', 'days'],
    not: ['Did not apply within', 'days'],
    value: 'days',
    initial: '365',
    application: (value) => ({ appliedAt: { atMostDaysAgo: days(value) } }),
  },
  rated: {
    is: ['Scored', 'or better'],
    not: ['Never scored', 'or better'],
    value: 'rating',
    initial: 'YES',
    application: (value) => ({ bestRating: { atLeast: value as Rated } }),
  },
  doubted: {
    is: ['Has a negative scorecard'],
    not: ['Has no negative scorecard'],
    value: 'none',
    initial: '',
    application: () => ({ lowestRating: { atMost: 'NO' } }),
  },
  declined: {
    is: ['Declined our offer at least', 'days ago'],
    not: ['Did not decline an offer at least', 'days ago'],
    value: 'days',
    initial: '365',
    application: (value) => ({ offer: ['DECLINED'], offerResolvedAt: { atLeastDaysAgo: days(value) } }),
  },
  title: {
    is: ['Title says'],
    not: ['Title does not say'],
    value: 'words',
    initial: '',
    person: (value) => ({ title: value }),
  },
  company: {
    is: ['Works at'],
    not: ['Does not work at'],
    value: 'words',
    initial: '',
    person: (value) => ({ company: value }),
  },
  past: {
    is: ['Worked as or at'],
    not: ['Never worked as or at'],
    value: 'words',
    initial: '',
    person: (value) => ({ pastJob: value }),
  },
  place: {
    is: ['Lives in'],
    not: ['Does not live in'],
    value: 'words',
    initial: '',
    person: (value) => ({ location: value }),
  },
  tag: {
    is: ['Has the tag'],
    not: ['Has not the tag'],
    value: 'tag',
    initial: '',
    person: (value) => ({ tag: [value] }),
  },
  project: {
    is: ['Is in the project'],
    not: ['Is not in the project'],
    value: 'project',
    initial: '',
    person: (value) => ({ project: [value] }),
  },
  contacted: {
    is: ['Was written to within', 'days'],
    not: ['Was not written to within', 'days'],
    value: 'days',
    initial: '90',
    person: (value) => ({ lastContactedAt: { atMostDaysAgo: days(value) } }),
  },
  active: {
    is: ['Is in process'],
    not: ['Is not in process'],
    value: 'none',
    initial: '',
    person: () => ({ active: true }),
  },
  mailable: {
    is: ['Agreed to be mailed'],
    not: ['Did not agree to be mailed'],
    value: 'none',
    initial: '',
    person: () => ({ mayBeEmailed: true }),
  },
  suppressed: {
    is: ['Is suppressed'],
    not: ['Is not suppressed'],
    value: 'none',
    initial: '',
    person: () => ({ suppressed: true }),
  },
  moved: {
    is: ['Changed jobs since they applied'],
    not: ['Did not change jobs since they applied'],
    value: 'none',
    initial: '',
    person: () => ({ changedJob: true }),
  },
} as const satisfies Readonly<Record<string, Definition>>;

export type Kind = keyof typeof DEFINITIONS;

export const KINDS = Object.keys(DEFINITIONS) as readonly Kind[];

export interface Condition {
  readonly kind: Kind;
  readonly value: string;
  /** It must not hold. */
  readonly not: boolean;
}

export function definition(kind: Kind): Definition {
  return DEFINITIONS[kind];
}

export function begun(kind: Kind): Condition {
  return { kind, value: DEFINITIONS[kind].initial, not: false };
}

/** As a part of the address: everybody of a project. */
export function inProject(id: string): string | undefined {
  return written([{ kind: 'project', value: id, not: false }]);
}

/** Without its value, a condition says nothing yet. */
export function isGiven({ kind, value }: Condition): boolean {
  return DEFINITIONS[kind].value === 'none' || value.trim() !== '';
}

/** What the API is asked: conditions on applications hold for one and the same, those that must not for none. */
export function filterOf(conditions: readonly Condition[]): PeopleFilter | null {
  const some: ApplicationFilter[] = [];
  const parts: PeopleFilter[] = [];
  for (const condition of conditions.filter(isGiven)) {
    const { person, application } = definition(condition.kind);
    const value = condition.value.trim();
    if (person) parts.push(condition.not ? { not: person(value) } : person(value));
    else if (application && condition.not) parts.push({ applications: { none: application(value) } });
    else if (application) some.push(application(value));
  }
  if (some.length > 0) parts.unshift({ applications: { some: { all: some } } });
  return parts.length > 0 ? { all: parts } : null;
}

/**
 * The conditions that a filter says, the reverse of `filterOf`; null if there are none that say it: it was made
 * elsewhere.
 */
export function conditionsOf(filter: PeopleFilter | null): readonly Condition[] | null {
  if (filter === null) return [];
  const found: Condition[] = [];
  for (const part of partsOf(filter)) {
    const { some, none } = part.applications ?? {};
    const condition = some
      ? partsOf(some).map((each) => conditionOf('application', each, false))
      : [
          none
            ? conditionOf('application', none, true)
            : part.not
              ? conditionOf('person', part.not, true)
              : conditionOf('person', part, false),
        ];
    for (const each of condition) {
      if (each === null) return null;
      found.push(each);
    }
  }
  return isSame(filterOf(found), filter) ? found : null;
}

function partsOf<Part extends { readonly all?: unknown }>(filter: Part): readonly Part[] {
  return Array.isArray(filter.all) ? (filter.all as Part[]) : [filter];
}

/** The condition that asks for exactly this, with one of the values that stand in it. */
function conditionOf(side: 'person' | 'application', asked: object, not: boolean): Condition | null {
  const values = ['', ...valuesIn(asked)];
  for (const kind of KINDS) {
    const asks = definition(kind)[side];
    const value = asks && values.find((each) => isSame(asks(each), asked));
    if (value !== undefined && (value !== '' || definition(kind).value === 'none')) return { kind, value, not };
  }
  return null;
}

function valuesIn(asked: unknown): string[] {
  if (typeof asked !== 'object' || asked === null) return [String(asked)];
  return Object.values(asked).flatMap(valuesIn);
}

/** Whether two values say the same as JSON, in whatever order their fields stand. */
function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one === other;
  const [names, others] = [Object.keys(one), Object.keys(other)];
  return (
    names.length === others.length &&
    Array.isArray(one) === Array.isArray(other) &&
    names.every((name) => isSame((one as Record<string, unknown>)[name], (other as Record<string, unknown>)[name]))
  );
}

const MOST = 20;
const LONGEST = 100;

/** As a part of the address: `stage:ONSITE`, `!status:HIRED`, …, separated by bars. */
export function written(conditions: readonly Condition[]): string | undefined {
  const parts = conditions.map(
    ({ kind, value, not }) => `${not ? '!' : ''}${kind}:${encodeURIComponent(value.slice(0, LONGEST))}`,
  );
  return parts.length > 0 ? parts.join('|') : undefined;
}

/** What cannot be read is left out. */
export function read(text: string | undefined): readonly Condition[] {
  return (text ?? '')
    .split('|')
    .slice(0, MOST)
    .flatMap((part) => {
      const [, not, kind, value] = /^(!?)(\w+):(.*)$/su.exec(part) ?? [];
      if (kind === undefined || !Object.hasOwn(DEFINITIONS, kind)) return [];
      return [{ kind: kind as Kind, value: decoded(value ?? '').slice(0, LONGEST), not: not === '!' }];
    });
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return '';
  }
}
