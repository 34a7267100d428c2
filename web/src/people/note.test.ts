import { describe, expect, it } from 'vitest';
import { dropEdit, dropNote, emptyNote, loadEdit, loadNote, readersOf, saveEdit, saveNote } from './note';

function store() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

describe('a note that is being written', () => {
  it('is kept as it was typed, and dropped', () => {
    const kept = store();
    const note = { ...emptyNote('k', null), body: 'Met at a fair.' };
    saveNote('p', note, kept);
    expect(loadNote('p', kept)).toEqual(note);
    expect(loadNote('other', kept)).toBeNull();
    dropNote('p', kept);
    expect(loadNote('p', kept)).toBeNull();
  });

  it('is not kept while it is empty, nor read if it is none', () => {
    const kept = store();
    saveNote('p', emptyNote('k', null), kept);
    expect(loadNote('p', kept)).toBeNull();
    for (const wrong of ['{', '1', '{"key":"k","body":"b","visibility":"ALL"}']) {
      kept.setItem('note.p', wrong);
      expect(loadNote('p', kept)).toBeNull();
    }
  });

  it('goes to a hiring team only about a job', () => {
    expect(readersOf(null).map(({ value }) => value)).toEqual(['PUBLIC', 'PRIVATE']);
    expect(readersOf({ title: 'Engineer' })[1]).toEqual({
      value: 'HIRING_TEAM',
      name: 'The hiring team of Engineer',
    });
    expect(readersOf({ title: 'Engineer' }, true).map(({ value }) => value)).toEqual(['PUBLIC', 'HIRING_TEAM']);
    expect(emptyNote('k', {}).visibility).toBe('HIRING_TEAM');
  });
});

describe('a change to a note', () => {
  it('is kept with the version that was seen, also while it says nothing', () => {
    const kept = store();
    const edit = { body: '', visibility: 'PRIVATE' as const, version: 3 };
    saveEdit('n', edit, kept);
    expect(loadEdit('n', kept)).toEqual(edit);
    expect(loadNote('n', kept)).toBeNull();
    kept.setItem('note-edit.n', '{"body":"b","visibility":"PRIVATE"}');
    expect(loadEdit('n', kept)).toBeNull();
    saveEdit('n', edit, kept);
    dropEdit('n', kept);
    expect(loadEdit('n', kept)).toBeNull();
  });
});
