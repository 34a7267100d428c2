// What a row of Today says, and in which block it stands. Pure: an answer and the time give the rows.

import type { TodayQuery } from '../api/generated';
import { actWords, reasonWords, severityShape, tabOf } from '../attention/parts';
import { REFUSED } from '../board/parts';
import { dayOf } from '../ui/days';
import { firstName, isolated } from '../ui/names';
import type { Shape } from '../ui/status';
import { date, relative, upcoming } from '../ui/time';

export type Today = NonNullable<TodayQuery['today']>;
export type Part = Exclude<keyof Today, '__typename' | 'asOf' | 'counts'>;

type Flag = NonNullable<Today['flags']>['nodes'][number];

/** A place of the app, as a route and its parameters. */
export interface Target {
  readonly to: string;
  readonly params: Readonly<Record<string, string>>;
  readonly search?: Readonly<Record<string, string>>;
}

export type Action =
  | { readonly kind: 'go'; readonly words: string; readonly target: Target }
  | { readonly kind: 'remind'; readonly words: string; readonly review: string; readonly whom: string }
  | { readonly kind: 'allow'; readonly words: string; readonly user: string; readonly whom: string };

export interface Row {
  /** The same for the same thing in every answer. */
  readonly key: string;
  readonly part: Part;
  readonly shape: Shape;
  /** Who must act first, in words. */
  readonly reason: string;
  /** More of it, in the words of somebody else. */
  readonly detail: string | null;
  readonly who: string;
  readonly open: Target;
  readonly about: string;
  /** Since when, or by when. */
  readonly when: string;
  readonly exactly: string;
  readonly action: Action;
  /** What came of it; such a row stays until one leaves. */
  readonly done: string | null;
}

export interface Block {
  readonly name: string;
  readonly gloss: string;
  readonly parts: readonly Part[];
}

export const BLOCKS: readonly Block[] = [
  { name: 'Decide', gloss: 'only you can', parts: ['verdictsOwed', 'grantsWaiting', 'takeoversOwed'] },
  { name: 'Answer', gloss: 'somebody wrote to you', parts: ['repliesToAnswer'] },
  { name: 'Do', gloss: 'you agreed to', parts: ['agreedActions'] },
  { name: 'Catch up', gloss: 'late, and yours to do', parts: ['flags'] },
  { name: 'Chase', gloss: 'others owe it', parts: ['verdictsAwaited'] },
  { name: 'Check', gloss: 'Rapport is not sure', parts: ['inDoubt', 'conflicts'] },
];

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Said of what is not listed any more: somebody did it, here or elsewhere. */
const GONE = 'Done';
const NOBODY = 'Somebody you do not see';

export function rowsOf(today: Today, now: number): readonly Row[] {
  return [
    ...owed(today, now),
    ...grants(today, now),
    ...takeovers(today, now),
    ...replies(today, now),
    ...agreed(today, now),
    ...flags(today, now),
    ...awaited(today, now),
  ].concat(inDoubt(today, now), conflicts(today, now));
}

/** What was shown, with what the new answer says of it: what is gone was done, and what is new comes below. */
export function merged(shown: readonly Row[], fresh: readonly Row[], missing: ReadonlySet<Part>): readonly Row[] {
  const news = new Map(fresh.map((row) => [row.key, row]));
  const kept = shown.map((row) => {
    const now = news.get(row.key);
    if (now) return { ...now, done: row.done === GONE ? null : row.done };
    return row.done !== null || missing.has(row.part) ? row : { ...row, done: GONE };
  });
  const known = new Set(shown.map((row) => row.key));
  return [...kept, ...fresh.filter((row) => !known.has(row.key))];
}

/** "2 d", as a length of time. */
export function lasting(milliseconds: number): string {
  if (milliseconds < HOUR) return `${Math.max(1, Math.trunc(milliseconds / 60_000))} min`;
  return milliseconds < 2 * DAY ? `${Math.trunc(milliseconds / HOUR)} h` : `${Math.trunc(milliseconds / DAY)} d`;
}

export function greeting(hour: number): string {
  return hour < 12 ? 'Good morning' : hour < 18 ? 'Good afternoon' : 'Good evening';
}

export function things(count: number): string {
  return count === 1 ? '1 thing' : `${count} things`;
}

function owed(today: Today, now: number): readonly Row[] {
  return (today.verdictsOwed?.nodes ?? []).flatMap((node) => {
    if (!node.review) return [];
    const left = node.people - node.decided;
    const from = isolated(firstName(node.requestedBy?.name ?? 'somebody'));
    const target = { to: '/reviews/$review/decide', params: { review: node.review.id } };
    return [
      {
        key: `owed ${node.review.id}`,
        part: 'verdictsOwed',
        shape: dueShape(node.dueAt, now),
        reason: `You owe ${from} ${left === 1 ? 'a verdict' : `${left} verdicts`}${overdue(node.dueAt, now)}`,
        detail: null,
        who: `${people(node.people)}, ${node.decided} decided`,
        open: target,
        about: node.jobTitle,
        when: node.dueAt ? `due ${upcoming(node.dueAt, now)}` : `asked ${since(node.askedAt, now)}`,
        exactly: node.dueAt ?? node.askedAt,
        action: { kind: 'go', words: node.decided > 0 ? 'Go on deciding' : 'Look and decide', target },
        done: null,
      } satisfies Row,
    ];
  });
}

function grants(today: Today, now: number): readonly Row[] {
  return (today.grantsWaiting?.nodes ?? []).flatMap((node) => {
    if (!node.author) return [];
    const { id, name } = node.author;
    return [
      {
        key: `grant ${id}`,
        part: 'grantsWaiting',
        shape: 'waiting',
        reason: `${isolated(firstName(name))} asks to send from your mailbox`,
        detail: null,
        who: name,
        open: { to: '/settings/mailbox', params: {} },
        about: node.messages === 1 ? '1 message waits' : `${node.messages} messages wait`,
        when: since(node.since, now),
        exactly: node.since,
        action: { kind: 'allow', words: `Allow ${firstName(name)}`, user: id, whom: name },
        done: null,
      } satisfies Row,
    ];
  });
}

function takeovers(today: Today, now: number): readonly Row[] {
  return (today.takeoversOwed?.nodes ?? []).flatMap((node) => {
    if (!node.person) return [];
    const from = firstName(node.requestedBy?.name ?? 'Somebody');
    const target = person(node.person.id);
    return [
      {
        key: `takeover ${node.takeoverRequestId}`,
        part: 'takeoversOwed',
        shape: 'waiting',
        reason: `${isolated(from)} asks to take over a person from you`,
        detail: node.note.trim() || null,
        who: node.person.name,
        open: target,
        about: 'You are in touch with them',
        when: since(node.requestedAt, now),
        exactly: node.requestedAt,
        action: { kind: 'go', words: 'Look and answer', target },
        done: null,
      } satisfies Row,
    ];
  });
}

function replies(today: Today, now: number): readonly Row[] {
  return (today.repliesToAnswer?.nodes ?? []).flatMap((node) => {
    if (!node.message) return [];
    const age = now - Date.parse(node.receivedAt);
    const target = { to: '/outreach/conversations', params: {}, search: { open: node.message.id } };
    return [
      {
        key: `reply ${node.message.id}`,
        part: 'repliesToAnswer',
        shape: age >= 2 * DAY ? 'bad' : age >= DAY ? 'warn' : 'hint',
        reason: age >= DAY ? `Reply unanswered · ${lasting(age)}` : `Reply · ${lasting(age)}`,
        detail: node.excerpt.trim() || null,
        who: node.person?.name ?? NOBODY,
        open: node.person ? person(node.person.id) : target,
        about: node.job?.title ?? 'No job',
        when: upcoming(node.receivedAt, now),
        exactly: node.receivedAt,
        action: { kind: 'go', words: 'Answer', target },
        done: null,
      } satisfies Row,
    ];
  });
}

function agreed(today: Today, now: number): readonly Row[] {
  return (today.agreedActions?.nodes ?? []).flatMap((node) => {
    if (!node.job) return [];
    const target: Target = { to: '/jobs/$job/check-in', params: { job: node.job.id }, search: { step: 'actions' } };
    // What is due on a day is late once the day is over.
    const due = dayOf(node.dueOn).getTime() + DAY;
    return [
      {
        key: `agreed ${node.id}`,
        part: 'agreedActions',
        shape: dueShape(new Date(due).toISOString(), now),
        reason: node.text ?? 'What was agreed on named somebody who was erased',
        detail: null,
        who: 'Check-in',
        open: target,
        about: node.job.title,
        when: `due ${date(dayOf(node.dueOn).toISOString(), now)}`,
        exactly: dayOf(node.dueOn).toISOString(),
        action: { kind: 'go', words: 'Look and tick off', target },
        done: null,
      } satisfies Row,
    ];
  });
}

function awaited(today: Today, now: number): readonly Row[] {
  return (today.verdictsAwaited?.nodes ?? []).flatMap((node) => {
    if (!node.review) return [];
    const names = node.reviewers.map(({ user }) => isolated(firstName(user?.name ?? 'somebody')));
    const reminded = node.reviewers
      .flatMap(({ askedAt, lastWrittenToAt }) =>
        lastWrittenToAt && Date.parse(lastWrittenToAt) - Date.parse(askedAt) > 60_000 ? [lastWrittenToAt] : [],
      )
      .toSorted()
      .at(-1);
    const left = node.people - (node.reviewers[0]?.decided ?? 0);
    const what = names.length === 1 ? (left === 1 ? 'a verdict' : `${left} verdicts`) : 'verdicts';
    return [
      {
        key: `awaited ${node.review.id}`,
        part: 'verdictsAwaited',
        shape: dueShape(node.dueAt, now),
        reason: `${listed(names)} ${names.length === 1 ? 'owes' : 'owe'} ${what}${overdue(node.dueAt, now)}`,
        detail: null,
        who: people(node.people),
        open: { to: '/reviews/$review', params: { review: node.review.id } },
        about: node.jobTitle,
        when: reminded ? `reminded ${since(reminded, now)}` : `asked ${since(node.requestedAt, now)}`,
        exactly: reminded ?? node.requestedAt,
        action: {
          kind: 'remind',
          words: names.length === 1 ? `Remind ${names[0]}` : `Remind ${names.length}`,
          review: node.review.id,
          whom: listed(names),
        },
        done: null,
      } satisfies Row,
    ];
  });
}

function inDoubt(today: Today, now: number): readonly Row[] {
  return (today.inDoubt?.nodes ?? []).flatMap((node) => {
    if (!node.message) return [];
    const target = { to: '/outreach/in-doubt', params: {} };
    return [
      {
        key: `doubt ${node.message.id}`,
        part: 'inDoubt',
        shape: 'doubt',
        reason: 'In doubt: was this mail sent?',
        detail: node.subject,
        who: node.person?.name ?? NOBODY,
        open: node.person ? person(node.person.id) : target,
        about: node.job?.title ?? 'No job',
        when: since(node.since, now),
        exactly: node.since,
        action: { kind: 'go', words: 'Look into it', target },
        done: null,
      } satisfies Row,
    ];
  });
}

function conflicts(today: Today, now: number): readonly Row[] {
  return (today.conflicts?.nodes ?? []).flatMap((node) => {
    if (!node.job) return [];
    const { refusedAction: refused, atsStage } = node.sync;
    const there = atsStage ? `${atsStage.name} there, ` : '';
    const target = { to: '/jobs/$job/board', params: { job: node.job.id }, search: { open: node.id } };
    return [
      {
        key: `conflict ${node.id}`,
        part: 'conflicts',
        shape: 'conflict',
        reason: refused ? REFUSED[refused] : `ATS disagrees: ${there}${node.stage.name} here`,
        detail: node.sync.reason ?? null,
        who: node.person?.name ?? NOBODY,
        open: node.person ? person(node.person.id) : target,
        about: node.job.title,
        when: since(node.sync.since, now),
        exactly: node.sync.since,
        action: { kind: 'go', words: 'Compare', target },
        done: null,
      } satisfies Row,
    ];
  });
}

function flags(today: Today, now: number): readonly Row[] {
  return (today.flags?.nodes ?? []).flatMap((node) => {
    const title = node.application?.job?.title ?? node.job?.title;
    const target = placeOf(node);
    if (title === undefined || target === null) return [];
    return [
      {
        key: `flag ${node.id}`,
        part: 'flags',
        shape: severityShape(node.severity),
        reason: `${reasonWords(node.reason)} · ${lasting(now - Date.parse(node.since))}`,
        detail: null,
        who: node.person?.name ?? NOBODY,
        open: node.person ? person(node.person.id) : target,
        about: title,
        when: `late ${since(node.yellowAt, now)}`,
        exactly: node.yellowAt,
        action: { kind: 'go', words: actWords(node.reason), target },
        done: null,
      } satisfies Row,
    ];
  });
}

/** On the board; beside the person, for who interviews them and does not see the job. */
function placeOf({ reason, applicationId, job, person }: Flag): Target | null {
  const tab = tabOf(reason);
  const shown: Record<string, string> = tab ? { tab } : {};
  if (job) return { to: '/jobs/$job/board', params: { job: job.id }, search: { open: applicationId, ...shown } };
  if (!person) return null;
  return { to: '/people/$person', params: { person: person.id }, search: { application: applicationId, ...shown } };
}

function since(iso: string, now: number): string {
  const said = relative(iso, now);
  return said === 'now' ? 'just now' : said;
}

function person(id: string): Target {
  return { to: '/people/$person', params: { person: id } };
}

function people(count: number): string {
  return count === 1 ? '1 person' : `${count} people`;
}

/** "Ana", "Ana and Ben", "Ana and 2 others". */
function listed(names: readonly string[]): string {
  const [first = 'Nobody', second] = names;
  if (second === undefined) return first;
  return names.length === 2 ? `${first} and ${second}` : `${first} and ${names.length - 1} others`;
}

function dueShape(dueAt: string | null | undefined, now: number): Shape {
  if (!dueAt) return 'waiting';
  const left = Date.parse(dueAt) - now;
  return left <= 0 ? 'bad' : left < DAY ? 'warn' : 'waiting';
}

function overdue(dueAt: string | null | undefined, now: number): string {
  const late = dueAt ? now - Date.parse(dueAt) : 0;
  return late > 0 ? ` · ${lasting(late)} overdue` : '';
}
