// Two records of one person beside each other: which of what they say the person keeps.

import type { MergedField } from '../api/generated';

export interface Recorded {
  readonly name: string;
  readonly title: string | null;
  readonly company: string | null;
  readonly location: string | null;
}

export interface Compared {
  readonly field: MergedField;
  readonly name: string;
  readonly ours: string;
  readonly theirs: string;
}

const FIELDS = [
  { field: 'NAME', name: 'Name', of: (record: Recorded) => record.name },
  { field: 'TITLE', name: 'Title', of: (record: Recorded) => record.title },
  { field: 'COMPANY', name: 'Company', of: (record: Recorded) => record.company },
  { field: 'LOCATION', name: 'Location', of: (record: Recorded) => record.location },
] as const;

/** The fields in which the records differ, so that somebody has to choose: both say something, and not the same. */
export function differing(ours: Recorded, theirs: Recorded): readonly Compared[] {
  return FIELDS.flatMap(({ field, name, of }) => {
    const [one, other] = [of(ours), of(theirs)];
    return one && other && one !== other ? [{ field, name, ours: one, theirs: other }] : [];
  });
}
