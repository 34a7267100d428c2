// What one types of working hours, and what it means. Pure.

import type { AttentionSettingsFieldsFragment } from '../api/generated';

type Hours = AttentionSettingsFieldsFragment['organisation'];

export const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

/** "Monday to Friday, 09:00 to 17:00, Europe/Berlin, holidays of DE BY". */
export function hoursInWords(hours: Hours): string {
  const days = daysInWords(hours.weekdays);
  const place = [hours.country, hours.subdivision].filter(Boolean).join(' ');
  return `${days}, ${hours.begins} to ${hours.ends}, ${hours.zone}${place ? `, holidays of ${place}` : ''}`;
}

/** Days that follow each other are said by the first and the last of them. */
export function daysInWords(weekdays: readonly number[]): string {
  const days = [...new Set(weekdays)].toSorted((one, other) => one - other);
  const runs: number[][] = [];
  for (const day of days) {
    const last = runs.at(-1);
    if (last?.at(-1) === day - 1) last.push(day);
    else runs.push([day]);
  }
  const said = runs.flatMap((run) => {
    const [first, last] = [nameOf(run[0]), nameOf(run.at(-1))];
    if (run.length > 2) return [`${first} to ${last}`];
    return run.map(nameOf);
  });
  return said.length > 1 ? `${said.slice(0, -1).join(', ')} and ${said.at(-1)}` : (said[0] ?? 'No day');
}

function nameOf(day: number | undefined): string {
  return WEEKDAYS[(day ?? 1) - 1] ?? '';
}

/** Two numbers, as they are typed: "12 / 24". */
export function parseThreshold(text: string): { readonly yellow: number; readonly red: number } | null {
  const [yellow, red, ...more] = text.split('/').map((part) => Number(part.trim().replace(',', '.') || Number.NaN));
  if (yellow === undefined || red === undefined || more.length > 0) return null;
  return Number.isFinite(yellow) && Number.isFinite(red) && yellow >= 0 && yellow <= red ? { yellow, red } : null;
}
