import { describe, expect, it } from 'vitest';
import { editedCells, type Import, importable, newer, sentCells, shownStep } from './steps';

const counts = {
  rows: 10,
  new: 4,
  known: 1,
  changed: 2,
  repeated: 1,
  refused: 2,
  warnings: 0,
  applied: 3,
  undone: 0,
  kept: 0,
};

describe('the steps of an import', () => {
  it('shows the wanted one only if it is there', () => {
    expect(shownStep('columns', 'CHECKED')).toBe('columns');
    expect(shownStep('run', 'CHECKED')).toBe('check');
    expect(shownStep('check', 'DONE')).toBe('check');
    expect(shownStep('columns', 'DONE')).toBe('run');
    expect(shownStep(undefined, 'MAPPING')).toBe('columns');
  });

  it('counts what can be imported', () => {
    expect(importable({ counts })).toBe(5);
  });

  it('keeps the newer of two', () => {
    const old = { version: 3 } as Import;
    const young = { version: 4 } as Import;
    expect(newer(old, young)).toBe(young);
    expect(newer(young, old)).toBe(young);
    expect(newer(null, old)).toBe(old);
    expect(newer(null, null)).toBeNull();
  });

  it('has a field for every column, and for what is too many', () => {
    expect(editedCells(['a'], 3)).toEqual(['a', '', '']);
    expect(editedCells(['a', 'b', 'c'], 2)).toEqual(['a', 'b', 'c']);
  });

  it('sends no emptied fields behind the last column', () => {
    expect(sentCells(['a', '', ' ', ''], 2)).toEqual(['a', '']);
    expect(sentCells(['a', '', 'x'], 2)).toEqual(['a', '', 'x']);
    expect(sentCells(['', ''], 2)).toEqual(['', '']);
  });
});
