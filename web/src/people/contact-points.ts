// Contact points that are recorded here, in words. No React.

import type { ContactConsent, ContactKind, ContactPointInput } from '../api/generated';
import type { Shape } from '../ui/status';

interface KindWords {
  readonly name: string;
  readonly hint: string;
  readonly type: 'email' | 'tel' | 'url';
}

export const CONTACT_KINDS: Readonly<Record<ContactKind, KindWords>> = {
  EMAIL: { name: 'Mail', hint: 'ana@example.org', type: 'email' },
  PHONE: { name: 'Phone', hint: 'With its country: +351 912 345 678', type: 'tel' },
  LINK: { name: 'Profile', hint: 'https://example.org/ana', type: 'url' },
};

export const CONSENTS: Readonly<Record<ContactConsent, { readonly name: string; readonly shape: Shape }>> = {
  UNKNOWN: { name: 'Consent not recorded', shape: 'open' },
  GIVEN: { name: 'Agreed', shape: 'yes' },
  REFUSED: { name: 'Refused', shape: 'no' },
};

/** A contact point as it is typed. */
export interface Typed {
  readonly kind: ContactKind;
  readonly value: string;
  readonly type: string;
  readonly consent: ContactConsent;
}

export const EMPTY_POINT: Typed = { kind: 'EMAIL', value: '', type: '', consent: 'UNKNOWN' };

export function pointInput({ kind, value, type, consent }: Typed): ContactPointInput {
  return { kind, value: value.trim(), type: type.trim() || null, consent };
}
