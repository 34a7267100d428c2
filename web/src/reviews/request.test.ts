import { expect, test } from 'vitest';
import { dropDraft, firstOf, problemsOf, readDraft, saveDraft } from './request';

const NOW = new Date('2026-03-02T12:00:00Z');

function store() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

test('a request is kept under its job until it is sent', () => {
  const kept = store();
  const begun = readDraft('job', NOW, kept);
  expect(begun.reviewers).toEqual([]);
  saveDraft('job', { ...begun, note: 'Who can lead?' }, kept);
  expect(readDraft('job', NOW, kept)).toEqual({ ...begun, note: 'Who can lead?' });
  expect(readDraft('another', NOW, kept)).toEqual(begun);
  dropDraft('job', kept);
  expect(readDraft('job', NOW, kept)).toEqual(begun);
  kept.setItem('review-request:job', '{');
  expect(readDraft('job', NOW, kept)).toEqual(begun);
});

test('what is wrong stands at its field, and the first such field is gone to', () => {
  const problems = problemsOf({
    message: 'several things',
    problems: [
      { path: 'note', message: 'is too long' },
      { path: 'reviewerIds.1', message: 'is nobody' },
      { path: 'reviewerIds.2', message: 'is nobody either' },
      { path: 'bulkActionId', message: 'has nobody who can be reviewed' },
    ],
  });
  expect(problems).toEqual({
    note: 'It is too long.',
    reviewerIds: 'It is nobody.',
    other: 'has nobody who can be reviewed',
  });
  expect(firstOf(problems)).toBe('reviewerIds');
  expect(problemsOf({ message: 'not yours' })).toEqual({ other: 'not yours' });
});
