import { expect, test } from 'vitest';
import type { OwnCardFieldsFragment, StageKind } from '../api/generated';
import { type BoardOfJob, columnsByKind, facetsOfAll, stagesFor } from './own';

const KINDS: readonly StageKind[] = ['APPLIED', 'SCREEN', 'ONSITE'];

function card(id: string, day: number, late?: 'red' | 'yellow'): OwnCardFieldsFragment {
  const first = { reason: 'INACTIVE', severity: late === 'red' ? 'RED' : 'YELLOW', owner: null } as const;
  return {
    applicationId: id,
    stageId: 's',
    personName: id,
    origin: 'APPLIED',
    source: null,
    stageEnteredAt: `2026-03-${String(day).padStart(2, '0')}T00:00:00Z`,
    daysInStage: 1,
    nextInterviewAt: null,
    scorecardsSubmitted: 0,
    scorecardsDue: 0,
    sync: 'SYNCED',
    attention: late ? { red: late === 'red' ? 1 : 0, yellow: late === 'red' ? 0 : 1, first } : null,
  };
}

function job(
  id: string,
  ...columns: readonly [kind: StageKind, found: number, ...OwnCardFieldsFragment[]][]
): BoardOfJob {
  return {
    id,
    title: `Job ${id}`,
    stages: [],
    viewerCan: { moveApplications: false },
    board: {
      columns: columns.map(([kind, found, ...nodes], at) => ({
        stage: { id: `${id}-${at}`, kind },
        count: found,
        found,
        red: nodes.filter(({ attention }) => attention?.red).length,
        yellow: 0,
        cards: { nodes },
      })),
    },
  };
}

test('stages of one kind are one column, whatever jobs call them and however many they have', () => {
  const jobs = [job('a', ['APPLIED', 1, card('1', 3)], ['SCREEN', 1, card('2', 2)], ['SCREEN', 1, card('3', 1)])];
  const columns = columnsByKind([...jobs, job('b', ['SCREEN', 1, card('4', 1)])], KINDS, 'TIME_IN_STAGE');
  expect(columns.map(({ kind, count }) => [kind, count])).toEqual([
    ['APPLIED', 1],
    ['SCREEN', 3],
  ]);
  expect(columns[1]?.cards.map(({ card: { applicationId }, job: { title } }) => [applicationId, title])).toEqual([
    ['3', 'Job a'],
    ['4', 'Job b'],
    ['2', 'Job a'],
  ]);
});

test('what is late comes first, if the board is ordered so', () => {
  const jobs = [
    job('a', ['SCREEN', 2, card('1', 1), card('2', 5, 'yellow')]),
    job('b', ['SCREEN', 1, card('3', 9, 'red')]),
  ];
  const ordered = (order: 'ATTENTION' | 'TIME_IN_STAGE') =>
    columnsByKind(jobs, KINDS, order)[0]?.cards.map(({ card: { applicationId } }) => applicationId);
  expect(ordered('ATTENTION')).toEqual(['3', '2', '1']);
  expect(ordered('TIME_IN_STAGE')).toEqual(['1', '2', '3']);
});

test('cards that a board did not send are counted for each job', () => {
  const jobs = [
    job('a', ['SCREEN', 12, card('1', 1)], ['SCREEN', 3, card('2', 2)]),
    job('b', ['SCREEN', 1, card('3', 3)]),
  ];
  const [{ beyond } = { beyond: [] }] = columnsByKind(jobs, KINDS, 'TIME_IN_STAGE');
  expect(beyond.map(({ job: { id }, cards }) => [id, cards])).toEqual([['a', 13]]);
});

test('a board that could not be loaded leaves the others', () => {
  const columns = columnsByKind(
    [{ ...job('a'), board: null }, job('b', ['ONSITE', 1, card('1', 1)])],
    KINDS,
    'ATTENTION',
  );
  expect(columns.map(({ kind }) => kind)).toEqual(['ONSITE']);
});

test('a card goes to the stage of its own job that a column is for, and of several a person chooses', () => {
  const stage = (id: string, kind: StageKind, acceptsMoves = true) => ({ id, name: id, kind, acceptsMoves });
  const stages = [stage('s', 'APPLIED'), stage('a', 'SCREEN'), stage('b', 'SCREEN'), stage('c', 'ONSITE', false)];
  const placed = { card: card('1', 1), job: { ...job('j'), stages, viewerCan: { moveApplications: true } } };
  const ids = (kind: StageKind) => stagesFor(placed, kind).map(({ id }) => id);
  expect(ids('SCREEN')).toEqual(['a', 'b']);
  expect(ids('ONSITE')).toEqual([]);
  expect(ids('APPLIED')).toEqual([]);
  expect(stagesFor({ ...placed, job: { ...placed.job, viewerCan: { moveApplications: false } } }, 'SCREEN')).toEqual(
    [],
  );
});

test('what boards can be filtered by is counted together', () => {
  const ana = { id: 'u', name: 'Ana' };
  const facets = (sourced: number, looked: number, late: number) => ({
    sources: [
      { source: 'Fair', origin: null, count: sourced },
      { source: null, origin: 'APPLIED' as const, count: 4 },
    ],
    members: [{ user: ana, count: looked }],
    reasons: late > 0 ? [{ reason: 'INACTIVE' as const, count: late }] : [],
    quiet: [
      { days: 3, count: 1 },
      { days: 7, count: 2 },
    ],
  });
  expect(facetsOfAll([facets(1, 2, 0), facets(2, 5, 1)])).toEqual({
    sources: [
      { source: null, origin: 'APPLIED', count: 8 },
      { source: 'Fair', origin: null, count: 3 },
    ],
    members: [{ user: ana, count: 7 }],
    reasons: [{ reason: 'INACTIVE', count: 1 }],
    quiet: [
      { days: 3, count: 2 },
      { days: 7, count: 4 },
    ],
  });
});
