// The suppression ledger in words.

import type { Role, SuppressionReason } from '../api/generated';
import { clock } from '../ui/time';

export const WHY: Record<SuppressionReason, string> = {
  UNSUBSCRIBED: 'Unsubscribed',
  BOUNCED: 'Mail comes back',
  DO_NOT_CONTACT: 'Not to be contacted',
  COMPLAINED: 'Called a mail spam',
  ERASED: 'Erased',
};

const MISTAKE_MS = 10 * 60_000;

interface Entry {
  readonly reason: SuppressionReason;
  readonly recordedAt: string;
  readonly recordedBy: { readonly id: string } | null;
}

/** Until what time the viewer is offered to lift an entry: a clock time, always, or never. The server decides. */
export function liftableUntil(
  { reason, recordedAt, recordedBy }: Entry,
  viewer: { readonly id: string; readonly roles: readonly Role[] },
  now: number,
): string | 'always' | null {
  if (reason === 'ERASED' || reason === 'UNSUBSCRIBED') return null;
  if (viewer.roles.includes('ADMIN')) return 'always';
  const until = Date.parse(recordedAt) + MISTAKE_MS;
  if (recordedBy?.id !== viewer.id || now >= until) return null;
  return clock(new Date(until).toISOString());
}
