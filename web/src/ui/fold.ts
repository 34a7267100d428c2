// Long texts are folded: what is shown at once, and what a click shows.

const MOST_LINES = 6;
const MOST_CHARACTERS = 420;

export interface Folded {
  readonly shown: string;
  /** The rest; empty if all of it is shown. */
  readonly rest: string;
}

/** The beginning of a text, cut between lines or words; a little more than the limit is shown in full. */
export function fold(text: string): Folded {
  const trimmed = text.trim();
  const lines = trimmed.split('\n');
  const few = lines.length <= MOST_LINES + 2 ? trimmed : lines.slice(0, MOST_LINES).join('\n');
  const shown = few.length <= MOST_CHARACTERS + 80 ? few : atWord(few);
  return { shown: shown.trimEnd(), rest: trimmed.slice(shown.length) };
}

function atWord(text: string): string {
  const cut = text.slice(0, MOST_CHARACTERS);
  const space = cut.search(/\s\S*$/u);
  return space > MOST_CHARACTERS / 2 ? cut.slice(0, space) : cut;
}

export interface Quoted {
  readonly text: string;
  /** Lines at the end that quote an earlier mail, with the line that introduces them. */
  readonly quoted: string;
  readonly lines: number;
}

/** Tells what somebody wrote from the earlier mail below it. */
export function unquote(text: string): Quoted {
  const lines = text.replace(/\s+$/u, '').split('\n');
  let from = lines.length;
  while (from > 0 && /^\s*(>.*)?$/u.test(lines[from - 1] ?? '')) from -= 1;
  const quotes = lines.slice(from).filter((line) => line.trim().startsWith('>'));
  if (quotes.length === 0) return { text, quoted: '', lines: 0 };
  if (/:\s*$/u.test(lines[from - 1] ?? '')) from -= 1;
  return {
    text: lines.slice(0, from).join('\n').trimEnd(),
    quoted: lines.slice(from).join('\n').trim(),
    lines: quotes.length,
  };
}
