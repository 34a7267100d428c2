// For how long a message keeps colleagues from writing to its person: as it is said, and as it is typed.

const MOST = 10;
const LONGEST = 365;

/** "30 days after the first message, 60 after the second and 90 after every further one". */
export function rulesInWords(days: readonly number[]): string {
  const [first, ...more] = days;
  if (first === undefined) return 'Switched off: anybody may write to anybody.';
  const parts = [
    `${first === 1 ? '1 day' : `${first} days`} after ${more.length === 0 ? 'each' : 'the first'} message`,
  ];
  for (const [at, length] of more.entries()) {
    parts.push(
      `${length} after ${at === more.length - 1 ? 'every further one' : `the ${ORDINALS[at] ?? `${at + 2}th`}`}`,
    );
  }
  const last = parts.pop();
  return `${parts.length > 0 ? `${parts.join(', ')} and ` : ''}${last}.`;
}

const ORDINALS = ['second', 'third', 'fourth', 'fifth'];

/** The days that were typed, or what is wrong with them. */
export function parseRules(text: string): { readonly days: number[] } | { readonly problem: string } {
  const words = text.split(/[\s,;]+/u).filter(Boolean);
  const days = words.map((word) => (/^\d{1,4}$/u.test(word) ? Number(word) : Number.NaN));
  if (days.some((length) => !(length >= 1 && length <= LONGEST))) {
    return { problem: `Write whole numbers of days from 1 to ${LONGEST}, with commas between them` };
  }
  if (days.length > MOST) return { problem: `At most ${MOST} numbers` };
  if (days.some((length, at) => length < (days[at - 1] ?? 0))) {
    return { problem: 'A further message must not hold for less time than the one before it' };
  }
  return { days };
}
