// Points in time as people say them. Relative up to a week, then the date; the exact time on focus and hover.

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'narrow' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const DAY_AND_YEAR = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const WEEKDAY_AND_TIME = new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' });
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const EXACT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short' });
const HEADING = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY_MS = 24 * HOUR;

/** "3 h ago", "in 2 days", or a date beyond a week. */
export function relative(iso: string, now: number): string {
  const distance = Date.parse(iso) - now;
  const size = Math.abs(distance);
  if (size < MINUTE) return 'now';
  if (size < HOUR) return RELATIVE.format(Math.trunc(distance / MINUTE), 'minute');
  if (size < DAY_MS) return RELATIVE.format(Math.trunc(distance / HOUR), 'hour');
  if (size < 7 * DAY_MS) return RELATIVE.format(Math.trunc(distance / DAY_MS), 'day');
  return date(iso, now);
}

export function date(iso: string, now: number): string {
  const when = new Date(iso);
  return (when.getFullYear() === new Date(now).getFullYear() ? DAY : DAY_AND_YEAR).format(when);
}

/** When something will be: "Mon 14:00" within a week, else the date. */
export function upcoming(iso: string, now: number): string {
  const distance = Date.parse(iso) - now;
  return distance > -DAY_MS && distance < 6 * DAY_MS ? WEEKDAY_AND_TIME.format(new Date(iso)) : date(iso, now);
}

export function clock(iso: string): string {
  return CLOCK.format(new Date(iso));
}

export function exact(iso: string): string {
  return `${EXACT.format(new Date(iso))} (${ZONE})`;
}

/** "Today", "Yesterday" or the day. */
export function dayHeading(iso: string, now: number): string {
  const when = new Date(iso);
  const days = Math.round((startOfDay(now) - startOfDay(when.getTime())) / DAY_MS);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  const heading = HEADING.format(when);
  return when.getFullYear() === new Date(now).getFullYear() ? heading : `${heading} ${when.getFullYear()}`;
}

function startOfDay(milliseconds: number): number {
  return new Date(milliseconds).setHours(0, 0, 0, 0);
}

interface TimeProps {
  readonly at: string;
  readonly as?: (iso: string, now: number) => string;
}

export function Time({ at, as = relative }: TimeProps) {
  return (
    <time dateTime={at} title={exact(at)}>
      {as(at, Date.now())}
    </time>
  );
}
