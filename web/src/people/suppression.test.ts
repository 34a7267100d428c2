import { expect, it } from 'vitest';
import { liftableUntil } from './suppression';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const me = { id: 'me', roles: ['RECRUITER'] } as const;
const entry = { reason: 'DO_NOT_CONTACT', recordedAt: '2026-11-28T11:55:00Z', recordedBy: { id: 'me' } } as const;

it('is lifted by whom recorded it, for ten minutes', () => {
  expect(liftableUntil(entry, me, NOW)).toMatch(/^\d\d:05$/u);
  expect(liftableUntil({ ...entry, recordedAt: '2026-11-28T11:50:00Z' }, me, NOW)).toBeNull();
  expect(liftableUntil({ ...entry, recordedBy: { id: 'another' } }, me, NOW)).toBeNull();
});

it('is lifted by admins at any time, but not what the person asked for', () => {
  const admin = { id: 'ada', roles: ['ADMIN'] } as const;
  expect(liftableUntil({ ...entry, recordedAt: '2025-01-01T00:00:00Z' }, admin, NOW)).toBe('always');
  expect(liftableUntil({ ...entry, reason: 'UNSUBSCRIBED' }, admin, NOW)).toBeNull();
  expect(liftableUntil({ ...entry, reason: 'ERASED' }, admin, NOW)).toBeNull();
});
