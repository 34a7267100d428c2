import { expect, test } from 'vitest';
import type { OwnCardFieldsFragment, StageKind } from '../api/generated';
import { type BoardOfJob, columnsByKind } from './own';

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
