// The open seats of a job, in words that tell them apart.

import { date } from '../ui/time';
import type { Id } from './board';

interface Seat {
  readonly id: Id;
  readonly openedAt: string | null;
}

/** Since when each is open; those that would read the same are numbered. */
export function seatsInWords(
  seats: readonly Seat[],
  now: number,
): readonly { readonly id: Id; readonly words: string }[] {
  const all = seats.map(({ id, openedAt }) => ({
    id,
    words: openedAt ? `Open since ${date(openedAt, now)}` : 'An open seat',
  }));
  return all.map(({ id, words }, place) => {
    const alike = all.filter((other) => other.words === words).length;
    if (alike === 1) return { id, words };
    const number = all.slice(0, place + 1).filter((other) => other.words === words).length;
    return { id, words: `${words} (${number} of ${alike})` };
  });
}
