import { expect, test } from 'vitest';
import type { Card } from './board';
import { type Filter, inputOf, isActive, NO_FILTER, shown } from './filter';

const DAY_MS = 86_400_000;

function card(changed: Partial<Card>): Card {
  return {
    applicationId: 'A',
    stageId: 'S',
    version: 1,
    personName: 'Łukasz Öberg',
    person: null,
    personTitle: 'Staff Engineer',
    personCompany: null,
    origin: 'REFERRAL',
    source: null,
    stageEnteredAt: new Date(Date.now() - 20 * DAY_MS).toISOString(),
    daysInStage: 20,
    lastActivityAt: null,
    recruiterId: 'R',
    coordinatorId: 'C',
    nextInterviewAt: null,
    scorecardsSubmitted: 0,
    scorecardsDue: 0,
    sync: 'SYNCED',
    lastSyncedAt: null,
    atsStageId: null,
    syncReason: null,
    attention: null,
    refusedAction: null,
    ...changed,
  };
}

const fits = (filter: Partial<Filter>, changed: Partial<Card> = {}) =>
  shown({ ...NO_FILTER, ...filter }, [card(changed)]).length === 1;

test('every word is looked for in name, title and company, without case and accents', () => {
  expect(fits({ text: 'lukasz ENG' })).toBe(true);
  expect(fits({ text: 'oberg staff' })).toBe(true);
  expect(fits({ text: 'lukasz nurse' })).toBe(false);
  expect(fits({ text: "o'brien-smith" }, { personName: 'Ann O’Brien–Smith' })).toBe(true);
  expect(fits({ text: 'O’Brien' }, { personName: "Ann O'Brien" })).toBe(true);
  expect(fits({ text: '  ' })).toBe(true);
});

test('cards without a source are found by how they came about, and only they', () => {
  expect(fits({ origin: 'REFERRAL' })).toBe(true);
  expect(fits({ origin: 'REFERRAL' }, { source: 'Meetup' })).toBe(false);
  expect(fits({ source: 'Meetup' }, { source: 'Meetup' })).toBe(true);
  expect(fits({ source: 'Referral' })).toBe(false);
});

test('people are looked after by their recruiter and by their coordinator', () => {
  expect([fits({ member: 'R' }), fits({ member: 'C' }), fits({ member: 'X' })]).toEqual([true, true, false]);
});

test('any of its flags counts, not only the one it shows', () => {
  const first = { reason: 'SILENCE', severity: 'RED', since: '2026-11-01T00:00:00Z', owner: null } as const;
  const attention = { red: 1, yellow: 1, reasons: ['SILENCE', 'FEEDBACK_OWED'] as const, first };
  expect(fits({ reason: 'FEEDBACK_OWED' }, { attention })).toBe(true);
  expect(fits({ reason: 'INACTIVE' }, { attention })).toBe(false);
  expect(fits({ reason: 'INACTIVE' })).toBe(false);
});

test('what was never active is quiet since it entered its stage', () => {
  const active = (days: number) => ({ lastActivityAt: new Date(Date.now() - days * DAY_MS - 1_000).toISOString() });
  expect([fits({ quietDays: 14 }), fits({ quietDays: 30 })]).toEqual([true, false]);
  expect([fits({ quietDays: 14 }, active(14)), fits({ quietDays: 14 }, active(13))]).toEqual([true, false]);
});

test('the server is asked only for what is filtered', () => {
  expect(isActive({ ...NO_FILTER, text: ' ' })).toBe(false);
  expect(inputOf(NO_FILTER)).toBe(null);
  expect(inputOf({ ...NO_FILTER, text: ' kim ', quietDays: 7 })).toEqual({
    text: 'kim',
    source: null,
    origin: null,
    memberId: null,
    reason: null,
    quietDays: 7,
  });
});
