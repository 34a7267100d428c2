// When a job's data here was last as its ATS has it.

import { useApiQuery } from '../api/context';
import { JobAts } from '../api/generated';
import { relative } from '../ui/time';
import { capitalised } from '../ui/words';

const RELOAD_MS = 60_000;
/** Changes are read every half a minute: after so long, something is wrong. */
const STALE_MS = 10 * 60_000;

export interface Ats {
  readonly kind: string;
  /** When everything that had changed in it had last been read. */
  readonly inSyncAt: string | null;
}

/** The ATS of a job, as of a minute ago at most; null while it is not known. */
export function useJobAts(job: string | null): Ats | null {
  const query = useApiQuery(JobAts, { job: job ?? '' }, { enabled: job !== null, every: RELOAD_MS });
  return query.data?.data.job?.ats ?? null;
}

export interface Synced {
  readonly words: string;
  /** Without the name of the ATS, where there is little room. */
  readonly short: string;
  readonly stale: boolean;
}

/** Since when something is in sync that was so at `at`, or that nothing else is known of; null if it never was. */
export function syncedOf({ kind, inSyncAt }: Ats, at: string | null, now: number): Synced | null {
  const times = [at, inSyncAt].filter((time) => time !== null).map((time) => Date.parse(time));
  if (times.length === 0) return null;
  const last = Math.min(Math.max(...times), now);
  const ago = relative(new Date(last).toISOString(), now);
  const stale = now - last > STALE_MS;
  const said = (what: string) => (stale ? `Last ${what} ${ago}` : `${what}, ${ago}`);
  const name = capitalised(kind);
  const of = stale ? 'in sync' : 'In sync';
  return { words: said(`${of} with ${name}`), short: said(of), stale };
}
