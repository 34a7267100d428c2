// Days without a time, as the API and the fields of forms write them.

/** A day as people say it, without a time zone: what is due on a day is due there on that day. */
export function dayOf(day: string): Date {
  const [year, month, date] = day.split('-').map(Number);
  return new Date(year ?? 0, (month ?? 1) - 1, date ?? 1);
}

/** The day as forms and the API write it, some days from now. */
export function dayFrom(now: Date, days: number): string {
  const then = new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${then.getFullYear()}-${two(then.getMonth() + 1)}-${two(then.getDate())}`;
}
