import { given, oneOf, text } from '../shell/search-params';

export const BOXES = ['all', 'sent'] as const;

/** Which messages: those to answer are the default, and are not named. */
export type Box = (typeof BOXES)[number] | undefined;

export function conversationsSearch(raw: Record<string, unknown>) {
  return given({ box: oneOf(raw, 'box', BOXES), open: text(raw, 'open') });
}

export function doubtSearch(raw: Record<string, unknown>) {
  return given({ who: oneOf(raw, 'who', ['all'] as const) });
}
