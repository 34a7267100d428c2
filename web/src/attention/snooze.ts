// Until when one may want to hear nothing of a flag: mornings, in the viewer's own time. Pure.

interface SnoozeEnd {
  readonly words: string;
  readonly until: string;
}

const MORNING = 9;

/** Tomorrow, in three days, next Monday, in two weeks; each at nine in the morning. */
export function snoozeEnds(now: Date): readonly [SnoozeEnd, ...SnoozeEnd[]] {
  const toMonday = (8 - now.getDay()) % 7 || 7;
  return [
    { words: 'Tomorrow morning', until: morning(now, 1) },
    { words: 'In three days', until: morning(now, 3) },
    { words: 'Next Monday', until: morning(now, toMonday) },
    { words: 'In two weeks', until: morning(now, 14) },
  ];
}

function morning(now: Date, days: number): string {
  const then = new Date(now);
  then.setDate(then.getDate() + days);
  then.setHours(MORNING, 0, 0, 0);
  return then.toISOString();
}
