import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inserted, tokenText } from './templates';

test('a token is written in small letters between double braces', () => {
  expect(tokenText('CANDIDATE_FIRST_NAME')).toBe('{{ candidate_first_name }}');
});

test('what is inserted stands where one wrote, or at the end', () => {
  expect(inserted('Dear , hello', '{{ a }}', 5, 5)).toEqual({ text: 'Dear {{ a }}, hello', caret: 12 });
  expect(inserted('Dear you', '{{ a }}', 5, 8)).toEqual({ text: 'Dear {{ a }}', caret: 12 });
  expect(inserted('Dear ', '{{ a }}', undefined, undefined)).toEqual({ text: 'Dear {{ a }}', caret: 12 });
});

test('nothing but the selection is replaced, and writing goes on behind what was inserted', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (before, selected, after, added) => {
      const from = before.length;
      const { text, caret } = inserted(before + selected + after, added, from, from + selected.length);
      expect(text).toBe(before + added + after);
      expect(text.slice(0, caret)).toBe(before + added);
    }),
  );
});
