// A request for a review that is being written: kept for this tab under its job. No React.

import { drafts } from '../session/drafts';
import type { Found } from '../ui/finder';
import { localTime, suggestedDue } from './rules';

export interface Draft {
  readonly reviewers: readonly Found[];
  /** In the viewer's time, as a field for dates writes it; empty for none. */
  readonly due: string;
  readonly note: string;
}

const FIELDS = ['personIds', 'reviewerIds', 'dueAt', 'note'] as const;
export type Field = (typeof FIELDS)[number];
export type Problems = Partial<Record<Field | 'other', string>>;

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

function key(jobId: string): string {
  return `review-request:${jobId}`;
}

export function readDraft(jobId: string, now: Date, store: Store = drafts): Draft {
  const begun: Draft = { reviewers: [], due: localTime(suggestedDue(now)), note: '' };
  try {
    return { ...begun, ...(JSON.parse(store.getItem(key(jobId)) ?? 'null') as Partial<Draft> | null) };
  } catch {
    return begun;
  }
}

export function saveDraft(jobId: string, draft: Draft, store: Store = drafts): void {
  store.setItem(key(jobId), JSON.stringify(draft));
}

export function dropDraft(jobId: string, store: Store = drafts): void {
  store.removeItem(key(jobId));
}

interface Refused {
  readonly message: string;
  readonly problems?: readonly { readonly path: string; readonly message: string }[];
}

/** What is wrong, at the fields it is about; of each field the first problem. */
export function problemsOf(refused: Refused): Problems {
  const found: Problems = {};
  for (const { path, message } of refused.problems ?? []) {
    const field = FIELDS.find((each) => path === each || path.startsWith(`${each}.`));
    found[field ?? 'other'] ??= field ? `It ${message}.` : message;
  }
  return Object.keys(found).length > 0 ? found : { other: refused.message };
}

/** The field to go to: the first one with a problem. */
export function firstOf(problems: Problems): Field | undefined {
  return FIELDS.find((field) => problems[field]);
}
