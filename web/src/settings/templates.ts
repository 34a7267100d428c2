// Writing templates. Pure: texts and places in them.

import type { TemplateFieldsFragment, TemplateKind } from '../api/generated';

export type Template = TemplateFieldsFragment;

export const KINDS: Record<TemplateKind, string> = { REJECTION: 'Rejection', GENERAL: 'General' };

/** A token as a template has it. */
export function tokenText(token: string): string {
  return `{{ ${token.toLowerCase()} }}`;
}

/** A text with another one in place of what is selected in it, and where writing goes on. */
export function inserted(
  text: string,
  added: string,
  from: number | null | undefined,
  to: number | null | undefined,
): { readonly text: string; readonly caret: number } {
  const start = from ?? text.length;
  const end = to ?? start;
  return { text: text.slice(0, start) + added + text.slice(end), caret: start + added.length };
}
