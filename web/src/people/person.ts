import type { PersonInFullQuery } from '../api/generated';

export type Person = NonNullable<PersonInFullQuery['person']>;

/** What is known before the person is loaded, from the card. */
export interface Known {
  readonly name: string;
  readonly title: string | null;
  readonly company: string | null;
}
