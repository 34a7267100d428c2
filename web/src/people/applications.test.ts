import { describe, expect, it } from 'vitest';
import { type Application, chosen, daysInStage, may, standing } from './applications';

const NOW = Date.parse('2026-11-28T12:00:00Z');

function application(id: string, changed: Partial<Application> = {}): Application {
  return {
    id,
    status: 'ACTIVE',
    origin: 'APPLIED',
    source: null,
    appliedAt: '2026-11-01T00:00:00Z',
    stageEnteredAt: '2026-11-20T13:00:00Z',
    closedAt: null,
    closeReason: null,
    version: 1,
    viewerCan: { move: true },
    actions: [
      { action: 'REJECT', reason: null },
      { action: 'REOPEN', reason: 'it is under way' },
    ],
    stage: { id: 's', name: 'Onsite', acceptsMoves: true },
    sync: { state: 'SYNCED', reason: null, refusedAction: null, lastSyncedAt: null, atsStage: null },
    job: null,
    named: null,
    ...changed,
  };
}

describe('the application that is shown', () => {
  const hired = application('1', { status: 'HIRED', closedAt: '2026-03-02T00:00:00Z' });
  const active = application('2');

  it('is the one asked for, else the one under way, else the most recent', () => {
    expect(chosen([hired, active], '1')).toBe(hired);
    expect(chosen([hired, active], 'of somebody else')).toBe(active);
    expect(chosen([hired], null)).toBe(hired);
    expect(chosen([], null)).toBeNull();
  });

  it('says where it stands', () => {
    expect(standing(active, NOW)).toBe('Active · Onsite');
    expect(standing(hired, NOW)).toBe('Hired, 2 Mar');
    expect(standing({ ...hired, status: 'REJECTED' }, NOW)).toBe('Rejected, 2 Mar');
    expect(standing({ ...hired, status: 'WITHDRAWN', closedAt: null }, NOW)).toBe('Withdrawn');
  });

  it('counts whole days in its stage, and never less than none', () => {
    expect(daysInStage(active, NOW)).toBe(7);
    expect(daysInStage(application('3', { stageEnteredAt: '2026-11-28T12:00:01Z' }), NOW)).toBe(0);
  });
});

describe('what may be done to an application', () => {
  it('is what nothing is said against', () => {
    const active = application('1');
    expect(may(active, 'REJECT')).toBe(true);
    expect(may(active, 'REOPEN')).toBe(false);
    expect(may(active, 'HIRE')).toBe(false);
    expect(may(application('1', { actions: null }), 'REJECT')).toBe(false);
  });
});
