import { given, oneOf, text } from '../shell/search-params';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

function day(raw: Record<string, unknown>, name: string): string | undefined {
  const value = text(raw, name, 10);
  return value && DAY.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined;
}

export function funnelSearch(raw: Record<string, unknown>) {
  return given({
    from: day(raw, 'from'),
    to: day(raw, 'to'),
    /** Of those decided on, or of all who entered. */
    rate: oneOf(raw, 'rate', ['entered'] as const),
  });
}
