import { describe, expect, it } from 'vitest';
import { greeting, lasting, merged, type Part, type Row, rowsOf, type Today, things } from './rows';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const HOUR = 3_600_000;
const NONE: ReadonlySet<Part> = new Set();

function ago(hours: number): string {
  return new Date(NOW - hours * HOUR).toISOString();
}

function today(parts: Partial<Today>): Today {
  return {
    asOf: ago(0),
    counts: null,
    verdictsOwed: null,
    verdictsAwaited: null,
    repliesToAnswer: null,
    inDoubt: null,
    grantsWaiting: null,
    takeoversOwed: null,
    conflicts: null,
    flags: null,
    agreedActions: null,
    ...parts,
  };
}

function only(parts: Partial<Today>): Row {
  const rows = rowsOf(today(parts), NOW);
  expect(rows).toHaveLength(1);
  return rows[0] as Row;
}

type Owed = NonNullable<Today['verdictsOwed']>['nodes'][number];
type Reviewer = NonNullable<Today['verdictsAwaited']>['nodes'][number]['reviewers'][number];

function owed(more: Partial<Owed> = {}): Pick<Today, 'verdictsOwed'> {
  const node: Owed = {
    review: { id: 'r' },
    requestedBy: { id: 'u', name: 'Ana Petrov' },
    jobTitle: 'Engineer',
    people: 6,
    decided: 2,
    dueAt: null,
    askedAt: ago(30),
    ...more,
  };
  return { verdictsOwed: { totalCount: 1, nodes: [node] } };
}

function awaited(reviewers: readonly Partial<Reviewer>[], dueAt: string | null = null): Pick<Today, 'verdictsAwaited'> {
  const usual: Reviewer = {
    user: { id: 'u', name: 'Chiara Esposito' },
    decided: 1,
    askedAt: ago(50),
    lastWrittenToAt: ago(50),
  };
  const node = {
    review: { id: 'r' },
    jobTitle: 'Engineer',
    people: 4,
    dueAt,
    requestedAt: ago(50),
    reviewers: reviewers.map((each) => ({ ...usual, ...each })),
  };
  return { verdictsAwaited: { totalCount: 1, nodes: [node] } };
}

function reply(hours: number): Pick<Today, 'repliesToAnswer'> {
  const node = {
    message: { id: 'm' },
    person: { id: 'p', name: 'Ruth Abebe' },
    job: { id: 'j', title: 'Engineer' },
    receivedAt: ago(hours),
    excerpt: ' Gladly! ',
  };
  return { repliesToAnswer: { totalCount: 1, nodes: [node] } };
}

describe('a row says who must act first, and since when', () => {
  it.each([
    [{}, 'waiting', 'You owe Ana 4 verdicts', 'Go on deciding'],
    [{ decided: 0 }, 'waiting', 'You owe Ana 6 verdicts', 'Look and decide'],
    [{ decided: 5, dueAt: ago(-5) }, 'warn', 'You owe Ana a verdict', 'Go on deciding'],
    [{ dueAt: ago(50) }, 'bad', 'You owe Ana 4 verdicts · 2 d overdue', 'Go on deciding'],
  ] as const)('verdicts owed: %o', (more, shape, reason, words) => {
    const row = only(owed(more));
    expect([row.shape, row.reason, row.action.words]).toEqual([shape, reason, words]);
    expect(row.open).toEqual({ to: '/reviews/$review/decide', params: { review: 'r' } });
  });

  it.each([
    [2, 'hint', 'Reply · 2 h'],
    [26, 'warn', 'Reply unanswered · 26 h'],
    [73, 'bad', 'Reply unanswered · 3 d'],
  ] as const)('a reply %i hours old', (hours, shape, reason) => {
    const row = only(reply(hours));
    expect([row.shape, row.reason, row.detail]).toEqual([shape, reason, 'Gladly!']);
    expect(row.action).toMatchObject({ target: { to: '/outreach/conversations', search: { open: 'm' } } });
  });

  it('names one, two or more who owe verdicts', () => {
    const names = ['Chiara Esposito', 'Jonas Weiss', 'Sven Aalto'].map((name) => ({ user: { id: name, name } }));
    expect(only(awaited(names.slice(0, 1))).reason).toBe('Chiara owes 3 verdicts');
    expect(only(awaited(names.slice(0, 2))).reason).toBe('Chiara and Jonas owe verdicts');
    expect(only(awaited(names)).reason).toBe('Chiara and 2 others owe verdicts');
    expect(only(awaited(names.slice(0, 1))).action.words).toBe('Remind Chiara');
    expect(only(awaited(names)).action.words).toBe('Remind 3');
  });

  it('says who asks to take over whom, and why', () => {
    const node = {
      takeoverRequestId: 't',
      note: 'We know each other',
      requestedAt: ago(3),
      person: { id: 'p', name: 'Ruth Abebe' },
      requestedBy: { id: 'u', name: 'Ben Weiss' },
    };
    const row = only({ takeoversOwed: { totalCount: 1, nodes: [node] } });
    expect([row.reason, row.detail, row.who]).toEqual([
      'Ben asks to take over a person from you',
      'We know each other',
      'Ruth Abebe',
    ]);
    expect(row.action).toMatchObject({ kind: 'go', target: { to: '/people/$person', params: { person: 'p' } } });
  });

  it('says when they were reminded, not when they were invited', () => {
    expect(only(awaited([{}])).when).toBe('asked 2d ago');
    expect(only(awaited([{ lastWrittenToAt: ago(3) }])).when).toBe('reminded 3h ago');
  });

  it('says by which day what was agreed on is due, and that it is late only once the day is over', () => {
    const node = { id: 'a', text: 'Call Kate', job: { id: 'j', title: 'Engineer' } };
    const on = (dueOn: string) => only({ agreedActions: { totalCount: 1, nodes: [{ ...node, dueOn }] } });
    expect(on('2026-11-27')).toMatchObject({ reason: 'Call Kate', shape: 'bad', when: 'due 27 Nov' });
    expect([on('2026-11-28').shape, on('2026-12-05').shape]).toEqual(['warn', 'waiting']);
    expect(on('2026-11-28').open).toEqual({
      to: '/jobs/$job/check-in',
      params: { job: 'j' },
      search: { step: 'actions' },
    });
  });

  it('opens the card of a flag on its board, and beside the person for who does not see the job', () => {
    const of = { id: 'f', reason: 'FEEDBACK_OWED', severity: 'RED', since: ago(40), yellowAt: ago(20) } as const;
    const job = { id: 'j', title: 'Engineer' };
    const about = { ...of, applicationId: 'a', person: { id: 'p', name: 'Ana' }, application: { id: 'a', job } };
    const onTeam = only({ flags: { totalCount: 1, nodes: [{ ...about, job }] } });
    expect(onTeam.action).toMatchObject({ target: { params: { job: 'j' }, search: { open: 'a' } } });
    const interviewing = only({ flags: { totalCount: 1, nodes: [{ ...about, job: null }] } });
    expect(interviewing).toMatchObject({
      who: 'Ana',
      about: 'Engineer',
      action: { target: { to: '/people/$person', params: { person: 'p' }, search: { application: 'a' } } },
    });
  });

  it('names both stages of a conflict, and opens its card', () => {
    const node = {
      id: 'a',
      person: null,
      job: { id: 'j', title: 'Engineer' },
      stage: { name: 'Onsite' },
      sync: { since: ago(1), reason: 'the stage is full', refusedAction: null, atsStage: { name: 'Screen' } },
    };
    const row = only({ conflicts: { totalCount: 1, nodes: [node] } });
    expect(row).toMatchObject({ reason: 'ATS disagrees: Screen there, Onsite here', detail: 'the stage is full' });
    expect(row.who).toBe('Somebody you do not see');
    expect(row.action).toMatchObject({ target: { params: { job: 'j' }, search: { open: 'a' } } });
  });
});

describe('a new answer', () => {
  const shown = rowsOf(today({ ...owed(), ...reply(2) }), NOW);

  it('leaves what is gone where it was, ticked', () => {
    const after = merged(shown, rowsOf(today(reply(2)), NOW), NONE);
    expect(after.map((row) => [row.key, row.done])).toEqual([
      ['owed r', 'Done'],
      ['reply m', null],
    ]);
  });

  it('takes the tick off what comes back', () => {
    const gone = merged(shown, rowsOf(today(reply(2)), NOW), NONE);
    expect(merged(gone, shown, NONE).map((row) => row.done)).toEqual([null, null]);
  });

  it('ticks nothing of a part that could not be loaded', () => {
    const after = merged(shown, rowsOf(today(reply(2)), NOW), new Set<Part>(['verdictsOwed']));
    expect(after[0]?.done).toBeNull();
  });

  it('keeps what was said of a done row, though it is listed again', () => {
    const ticked = shown.map((row) => ({ ...row, done: 'Reminded Chiara' }));
    expect(merged(ticked, shown, NONE).map((row) => row.done)).toEqual(['Reminded Chiara', 'Reminded Chiara']);
  });

  it('brings what is new below, and news of what is shown', () => {
    const fresh = rowsOf(today({ ...owed({ decided: 5 }), ...reply(2) }), NOW);
    const after = merged(shown.slice(1), fresh, NONE);
    expect(after.map((row) => row.key)).toEqual(['reply m', 'owed r']);
    expect(merged(shown, fresh, NONE)[0]?.reason).toBe('You owe Ana a verdict');
  });
});

it.each([
  [0, '1 min'],
  [59 * 60_000, '59 min'],
  [26 * HOUR, '26 h'],
  [48 * HOUR, '2 d'],
])('%i ms last %s', (milliseconds, words) => {
  expect(lasting(milliseconds)).toBe(words);
});

it('greets by the hour and counts things', () => {
  expect([3, 12, 18].map(greeting)).toEqual(['Good morning', 'Good afternoon', 'Good evening']);
  expect([1, 2].map(things)).toEqual(['1 thing', '2 things']);
});
