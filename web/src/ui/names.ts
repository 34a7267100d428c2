// Names of people, in any script and of any length.

const SEGMENTER = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The first letter of the first and of the last name. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : words;
  return chosen
    .map((word) => firstLetter(word ?? ''))
    .join('')
    .toLocaleUpperCase();
}

/** How a colleague is spoken of where there is little room. */
export function firstName(name: string): string {
  return name.trim().split(/\s+/u)[0] ?? name;
}

const FROM_RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/u;

/** A name for the midst of a sentence that is one text: written from right to left, it takes no figure beside it along. */
export function isolated(name: string): string {
  return FROM_RIGHT_TO_LEFT.test(name) ? `\u2068${name}\u2069` : name;
}

function firstLetter(word: string): string {
  for (const { segment } of SEGMENTER.segment(word)) if (/[\p{L}\p{N}]/u.test(segment)) return segment;
  return '';
}
