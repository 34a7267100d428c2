// What other screens show of numbers.

import type { StageKind } from '../api/generated';

/** What kinds of stages are called, whatever an account calls its stages. */
export const KINDS: Record<StageKind, string> = {
  CONTACTED: 'Contacted',
  REPLIED: 'Replied',
  APPLIED: 'Applied',
  SCREEN: 'Screen',
  INTERVIEW: 'Interview',
  ONSITE: 'Onsite',
  OFFER: 'Offer',
  HIRED: 'Hired',
};
