import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold, unquote } from './fold';

describe('a long text', () => {
  it('is shown in full if it is only a little longer than the limit', () => {
    expect(fold('Short.\nTwo lines.')).toEqual({ shown: 'Short.\nTwo lines.', rest: '' });
    expect(fold(Array(8).fill('line').join('\n')).rest).toBe('');
  });

  it('is cut after some lines, or between words', () => {
    expect(fold(Array(20).fill('line').join('\n')).shown.split('\n')).toHaveLength(6);
    const { shown, rest } = fold('word '.repeat(200));
    expect(shown.endsWith('word')).toBe(true);
    expect(rest.length).toBeGreaterThan(100);
  });

  it('loses nothing, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 3000 }), (text) => {
        const { shown, rest } = fold(text);
        expect(shown + rest).toBe(text.trim());
      }),
    );
  });
});

describe('what is quoted', () => {
  it('is told from what was written, with the line that introduces it', () => {
    expect(unquote('Yes.\n\nOn Monday Ana wrote:\n> Are you free?\n> Ana\n')).toEqual({
      text: 'Yes.',
      quoted: 'On Monday Ana wrote:\n> Are you free?\n> Ana',
      lines: 2,
    });
  });

  it('stays where it is if something was written below it', () => {
    const text = '> Are you free?\nYes.';
    expect(unquote(text)).toEqual({ text, quoted: '', lines: 0 });
    expect(unquote('No quotation').quoted).toBe('');
  });
});
