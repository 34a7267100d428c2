const MONTH = new Intl.DateTimeFormat(undefined, { month: 'short', year: 'numeric', timeZone: 'UTC' });

/** "Mar 2021 to Jun 2023", "Since 2021"; empty if neither day is known. The first of January stands for a year. */
export function period(started: string | null, ended: string | null): string {
  if (started && ended) return `${month(started)} to ${month(ended)}`;
  if (started) return `Since ${month(started)}`;
  return ended ? `Until ${month(ended)}` : '';
}

function month(day: string): string {
  return day.endsWith('-01-01') ? day.slice(0, 4) : MONTH.format(new Date(`${day}T00:00:00Z`));
}
