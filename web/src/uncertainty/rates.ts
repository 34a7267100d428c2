// How a rate is said: never without its numbers, and the less sure, the fewer digits.

export interface Rate {
  readonly numerator: number;
  readonly denominator: number;
  /** From 0 to 1; null without a denominator. */
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Below this many people a percentage would claim more than is known. */
const NO_PERCENTAGE_BELOW = 5;
const FEW_BELOW = 20;

export function isFew(rate: Rate): boolean {
  return rate.denominator > 0 && rate.denominator < FEW_BELOW;
}

/** Whether the rate and its range can be drawn. */
export function isDrawable(rate: Rate): boolean {
  return rate.denominator >= NO_PERCENTAGE_BELOW && rate.value !== null && rate.low !== null && rate.high !== null;
}

/** "62 %", or null where a percentage would claim too much. */
export function percentage(rate: Rate): string | null {
  if (rate.value === null || rate.denominator < NO_PERCENTAGE_BELOW) return null;
  return `${Math.round(rate.value * 100)}\u202f%`;
}

export function counts(rate: Rate): string {
  return `${rate.numerator} of ${rate.denominator}`;
}

/** What the range means, as a sentence. */
export function sentence(rate: Rate): string {
  if (rate.denominator === 0) return 'Nobody has been decided on yet.';
  const people = rate.denominator === 1 ? '1 person' : `${rate.denominator} people`;
  if (!isDrawable(rate)) return `With ${people} there is too little to say a rate.`;
  const low = Math.round((rate.low ?? 0) * 100);
  const high = Math.round((rate.high ?? 0) * 100);
  return `With ${people}, the true rate may be anywhere from ${low} to ${high}\u202f%.`;
}
