// Why somebody was found, in words.

import type { FindPeopleQuery, TextField } from '../api/generated';
import { standing } from './applications';

export type Found = NonNullable<FindPeopleQuery['searchPeople']>['nodes'][number];

const WHERE: Readonly<Record<TextField, string>> = {
  NAME: 'name',
  TITLE: 'title',
  COMPANY: 'company',
  SKILL: 'skills',
  PAST_JOB: 'earlier jobs',
  EDUCATION: 'education',
  LOCATION: 'place',
  NOTE: 'notes',
};

/** Where the words of the text were found; a name says it itself. */
export function foundIn({ words }: Pick<Found, 'words'>): string | null {
  const said = words
    .filter(({ field, quality }) => field !== 'NAME' || quality === 'SIMILAR')
    .map(({ word, field, quality }) => `${quality === 'SIMILAR' ? 'like ' : ''}“${word}” in ${WHERE[field]}`);
  return said.length > 0 ? said.join(', ') : null;
}

/** The application by which the conditions hold. */
export function foundBy({ applications }: Pick<Found, 'applications'>, now: number): string | null {
  const [application] = applications;
  if (!application) return null;
  const more = applications.length > 1 ? `, and ${applications.length - 1} more` : '';
  return `${application.job?.title ?? 'A job'}: ${standing(application, now)}${more}`;
}
