// What people are searched by, as a list of conditions that must all hold, and of groups of them: each a sentence, a part
// of the address, and a part of the filter that the API takes. No React.

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
  replied: {
    is: ['Replied within', 'days'],
    not: ['Did not reply within', 'days'],
    value: 'days',
    initial: '365',
    person: (value) => ({ lastRepliedAt: { atMostDaysAgo: days(value) } }),
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

/** How many conditions of a group must hold, in the order in which they are offered. */
export const MATCHES = ['any', 'all', 'none'] as const;
export type Match = (typeof MATCHES)[number];

export interface Group {
  readonly match: Match;
  readonly of: readonly Clause[];
}

export type Clause = Condition | Group;

/** How deep groups nest: the API takes little more. */
export const DEEPEST = 2;
/** Conditions and groups of one search. */
export const MOST = 20;

export function isGroup(clause: Clause): clause is Group {
  return 'match' in clause;
}

/** How many conditions and groups there are. */
export function sizeOf(clauses: readonly Clause[]): number {
  return clauses.reduce((size, clause) => size + 1 + (isGroup(clause) ? sizeOf(clause.of) : 0), 0);
}

/** The same without the conditions of one kind. */
export function without(kind: Kind, clauses: readonly Clause[]): readonly Clause[] {
  return clauses
    .filter((clause) => isGroup(clause) || clause.kind !== kind)
    .map((clause) => (isGroup(clause) ? { ...clause, of: without(kind, clause.of) } : clause));
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

/** In words, as one names it. */
export function said(clause: Clause): string {
  if (isGroup(clause)) {
    const each = clause.of.map(said);
    return clause.match === 'none'
      ? `none of: ${each.join(', ')}`
      : each.join(clause.match === 'any' ? ' or ' : ' and ');
  }
  const { is, not: isNot } = definition(clause.kind);
  const [before, after] = clause.not ? isNot : is;
  // The id of a project says nothing to anybody.
  return [before, clause.kind === 'project' ? '' : clause.value, after].filter(Boolean).join(' ');
}

/** What the API is asked: all of these hold. */
export function filterOf(clauses: readonly Clause[]): PeopleFilter | null {
  const parts = allOf(clauses);
  return parts.length > 0 ? { all: parts } : null;
}

/** Conditions on applications hold for one and the same, those that must not for none. */
function allOf(clauses: readonly Clause[]): PeopleFilter[] {
  const some: ApplicationFilter[] = [];
  const parts: PeopleFilter[] = [];
  for (const clause of clauses) {
    if (isGroup(clause)) {
      const part = groupFilter(clause);
      if (part) parts.push(part);
    } else if (isGiven(clause)) {
      const { person, application } = definition(clause.kind);
      const value = clause.value.trim();
      if (person) parts.push(clause.not ? { not: person(value) } : person(value));
      else if (application && clause.not) parts.push({ applications: { none: application(value) } });
      else if (application) some.push(application(value));
    }
  }
  if (some.length > 0) parts.unshift({ applications: { some: { all: some } } });
  return parts;
}

function groupFilter({ match, of }: Group): PeopleFilter | null {
  // One of several may hold for another application than the next.
  const parts = match === 'all' ? allOf(of) : of.flatMap((clause) => allOf([clause]));
  if (parts.length === 0) return null;
  return match === 'none' ? { not: { any: parts } } : { [match]: parts };
}

/**
 * The conditions that a filter says, the reverse of `filterOf`; null if there are none that say it: it was made
 * elsewhere.
 */
export function conditionsOf(filter: PeopleFilter | null): readonly Clause[] | null {
  if (filter === null) return [];
  const found = clausesOf(partsOf(filter), 0);
  return found !== null && sizeOf(found) <= MOST && isSame(filterOf(found), filter) ? found : null;
}

function clausesOf(parts: readonly PeopleFilter[], depth: number): readonly Clause[] | null {
  const found: Clause[] = [];
  for (const part of parts) {
    const group = groupIn(part);
    const clauses = group ? groupOf(group, depth) : conditionsIn(part);
    if (clauses === null) return null;
    found.push(...clauses);
  }
  return found;
}

function groupOf([match, parts]: readonly [Match, readonly PeopleFilter[]], depth: number): readonly Clause[] | null {
  const of = depth < DEEPEST ? clausesOf(parts, depth + 1) : null;
  return of === null ? null : [{ match, of }];
}

function groupIn(part: PeopleFilter): readonly [Match, readonly PeopleFilter[]] | null {
  if (part.all) return ['all', part.all];
  if (part.any) return ['any', part.any];
  return part.not?.any ? ['none', part.not.any] : null;
}

function conditionsIn(part: PeopleFilter): readonly Condition[] | null {
  const { some, none } = part.applications ?? {};
  const found = some
    ? partsOf(some).map((each) => conditionOf('application', each, false))
    : [
        none
          ? conditionOf('application', none, true)
          : part.not
            ? conditionOf('person', part.not, true)
            : conditionOf('person', part, false),
      ];
  return found.every((each) => each !== null) ? found : null;
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

const LONGEST = 100;

/** As a part of the address: `stage:ONSITE`, `!status:HIRED`, `any(tag:Go|tag:Rust)`, …, separated by bars. */
export function written(clauses: readonly Clause[]): string | undefined {
  return clauses.length > 0 ? clauses.map(writtenClause).join('|') : undefined;
}

function writtenClause(clause: Clause): string {
  if (isGroup(clause)) return `${clause.match}(${written(clause.of) ?? ''})`;
  const { kind, value, not } = clause;
  return `${not ? '!' : ''}${kind}:${encodeURIComponent(value.slice(0, LONGEST)).replace(/[()]/gu, escaped)}`;
}

/** Of the marks of groups, which values may contain as well. */
function escaped(mark: string): string {
  return mark === '(' ? '%28' : '%29';
}

interface Reader {
  readonly text: string;
  at: number;
  /** How many clauses may still be read. */
  left: number;
}

/** What cannot be read is left out. */
export function read(text: string | undefined): readonly Clause[] {
  return clausesFrom({ text: text ?? '', at: 0, left: MOST }, 0);
}

function clausesFrom(reader: Reader, depth: number): readonly Clause[] {
  const found: Clause[] = [];
  while (reader.at < reader.text.length && !(depth > 0 && reader.text[reader.at] === ')')) {
    const clause = groupFrom(reader, depth) ?? conditionFrom(reader, depth);
    if (clause !== null) found.push(clause);
    if (reader.text[reader.at] === '|') reader.at += 1;
  }
  return found;
}

function groupFrom(reader: Reader, depth: number): Group | null {
  const match = MATCHES.find((each) => reader.text.startsWith(`${each}(`, reader.at));
  if (match === undefined || depth === DEEPEST || reader.left === 0) return null;
  reader.left -= 1;
  reader.at += match.length + 1;
  const of = clausesFrom(reader, depth + 1);
  if (reader.text[reader.at] === ')') reader.at += 1;
  return { match, of };
}

function conditionFrom(reader: Reader, depth: number): Condition | null {
  // Outside of groups a bracket is one of the value.
  const rest = reader.text.slice(reader.at);
  const end = rest.search(depth > 0 ? /[|)]/u : /\|/u);
  const part = end < 0 ? rest : rest.slice(0, end);
  reader.at += part.length;
  const [, not, kind, value] = /^(!?)(\w+):(.*)$/su.exec(part) ?? [];
  if (kind === undefined || !Object.hasOwn(DEFINITIONS, kind) || reader.left === 0) return null;
  reader.left -= 1;
  return { kind: kind as Kind, value: decoded(value ?? '').slice(0, LONGEST), not: not === '!' };
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return '';
  }
}
