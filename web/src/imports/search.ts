import { given, oneOf } from '../shell/search-params';

export const STEPS = ['columns', 'check', 'run'] as const;

export type Step = (typeof STEPS)[number];

export function importSearch(raw: Record<string, unknown>) {
  return given({
    step: oneOf(raw, 'step', STEPS),
    /** Only rows with problems. */
    only: oneOf(raw, 'only', ['errors'] as const),
  });
}
