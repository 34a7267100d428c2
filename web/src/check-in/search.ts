import { given, oneOf, text } from '../shell/search-params';
import { STEPS } from './steps';

export function checkInSearch(raw: Record<string, unknown>) {
  const since = text(raw, 'since', 40);
  return given({
    step: oneOf(
      raw,
      'step',
      STEPS.map(({ id }) => id),
    ),
    /** Full screen, for all in the room. */
    present: oneOf(raw, 'present', ['1'] as const),
    /** From when changes are listed, instead of the last check-in. */
    since: since && !Number.isNaN(Date.parse(since)) ? new Date(since).toISOString() : undefined,
  });
}
