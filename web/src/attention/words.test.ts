import { describe, expect, it } from 'vitest';
import { countWords, reasonWords, severityShape, tabOf } from './words';

describe('what needs attention, in words', () => {
  it('counts only what there is', () => {
    expect(countWords(2, 1)).toBe('2 red · 1 yellow');
    expect(countWords(0, 3)).toBe('3 yellow');
    expect(countWords(0, 0)).toBe('');
  });

  it('names the reason, and shows what it is about', () => {
    expect(reasonWords('SILENCE')).toBe('No contact');
    expect(tabOf('SILENCE')).toBeUndefined();
    expect(tabOf('FEEDBACK_OWED')).toBe('interviews');
  });

  it('tells severities apart by more than their colour', () => {
    expect(severityShape('RED')).not.toBe(severityShape('YELLOW'));
  });
});
