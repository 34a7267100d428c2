import { describe, expect, it } from 'vitest';
import { answerTo, dropDraft, emptyDraft, isBlank, loadDraft, saveDraft } from './draft';

function store() {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

describe('a draft', () => {
  it('is blank until something is written that one would miss', () => {
    const answer = answerTo({ id: 'm1', subject: 'Hello', fromUser: null }, 'me', 'k1');
    expect([emptyDraft('k1'), answer].map(isBlank)).toEqual([true, true]);
    const written = [
      { ...emptyDraft('k1'), subject: 'Hello' },
      { ...emptyDraft('k1'), body: 'x' },
      { ...answer, body: 'x' },
    ];
    expect(written.map(isBlank)).toEqual([false, false, false]);
  });

  it('is kept for its person until it is dropped, with its key', () => {
    const tab = store();
    const draft = { ...emptyDraft('k1'), subject: 'Hello' };
    saveDraft('kate', draft, tab);
    expect(loadDraft('kate', tab)).toEqual(draft);
    expect(loadDraft('dara', tab)).toBeNull();
    dropDraft('kate', tab);
    expect(tab.kept.size).toBe(0);
  });

  it('is not kept while nothing is written', () => {
    const tab = store();
    saveDraft('kate', { ...emptyDraft('k1'), body: 'x' }, tab);
    saveDraft('kate', emptyDraft('k1'), tab);
    expect(tab.kept.size).toBe(0);
  });

  it.each(['', '{', '3', '{"key": 1}', '{"key":"k","subject":"s","body":"b","later":""}'])(
    'is ignored if it is none: %s',
    (text) => {
      const tab = store();
      tab.kept.set('rapport.mail.kate', text);
      expect(loadDraft('kate', tab)).toBeNull();
    },
  );
});

it('an answer comes from the mailbox that was written to, under one subject', () => {
  const message = { id: 'm', subject: 'Hello', fromUser: { id: 'ana' } };
  expect(answerTo(message, 'me', 'k')).toMatchObject({ subject: 'Re: Hello', from: 'ana', replyTo: 'm', key: 'k' });
  expect(answerTo({ ...message, subject: 'RE: Hello' }, 'ana', 'k')).toMatchObject({
    subject: 'RE: Hello',
    from: null,
  });
});
