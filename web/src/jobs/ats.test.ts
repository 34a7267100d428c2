import { expect, test } from 'vitest';
import { syncedOf } from './ats';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const ats = (inSyncAt: string | null) => ({ kind: 'greenhouse', inSyncAt });

test('what was read last counts, of everything or of this one', () => {
  expect(syncedOf(ats('2026-03-01T11:58:00Z'), null, NOW)?.words).toBe('In sync with Greenhouse, 2m ago');
  expect(syncedOf(ats('2026-03-01T11:50:00Z'), '2026-03-01T11:57:00Z', NOW)?.words).toBe(
    'In sync with Greenhouse, 3m ago',
  );
  expect(syncedOf(ats('2026-03-01T11:58:00Z'), '2026-03-01T10:00:00Z', NOW)?.words).toBe(
    'In sync with Greenhouse, 2m ago',
  );
});

test('what is old is not said to be in sync', () => {
  expect(syncedOf(ats('2026-03-01T11:50:00Z'), null, NOW)).toMatchObject({ stale: false });
  expect(syncedOf(ats('2026-03-01T09:00:00Z'), null, NOW)).toEqual({
    words: 'Last in sync with Greenhouse 3h ago',
    short: 'Last in sync 3h ago',
    stale: true,
  });
});

test('a clock that is ahead makes nothing of the future', () => {
  expect(syncedOf(ats('2026-03-01T12:05:00Z'), null, NOW)?.words).toBe('In sync with Greenhouse, now');
  expect(syncedOf(ats('2026-03-01T12:05:00Z'), null, NOW)?.short).toBe('In sync, now');
});

test('before the first run is over, nothing is said', () => {
  expect(syncedOf(ats(null), null, NOW)).toBeNull();
});
