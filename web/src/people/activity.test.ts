import { describe, expect, it } from 'vitest';
import { byDay, type Entry, isOwn, merged, told, withNote } from './activity';
import { plain } from './words';

const BASE = {
  id: 'a',
  occurredAt: '2026-11-27T10:00:00Z',
  actor: { kind: 'USER', user: { id: 'u', name: 'Ben Carter' } },
  job: null,
} as const;
const ATS = { ...BASE, actor: { kind: 'ATS', user: null } } as const;
const SYSTEM = { ...BASE, actor: { kind: 'SYSTEM', user: null } } as const;
const CANDIDATE = { ...BASE, actor: { kind: 'CANDIDATE', user: null } } as const;
const screen = { name: 'Screen' };
const onsite = { name: 'Onsite' };
const message = {
  id: 'm',
  subject: 'Hello',
  body: 'How are you?',
  toAddress: 'kate@example.org',
  explanation: '550 no such user',
  blocker: null,
  author: { id: 'w' },
  fromUser: { id: 'u', name: 'Ana Petrov' },
};
const reply = { id: 'r', kind: 'PERSONAL', subject: 'Re: Hello', text: 'Fine.', signature: 'Kate' } as const;

const note = {
  id: 'n',
  body: 'Met at a fair.',
  visibility: 'PRIVATE',
  editedAt: null,
  version: 1,
  changeable: true,
  atsState: null,
  atsReason: null,
} as const;
const project = { id: 'p', name: 'Iberia' };

const SAID: readonly (readonly [Entry, string])[] = [
  [{ ...BASE, __typename: 'NoteAdded', note }, 'Ben Carter wrote a note'],
  [
    { ...BASE, __typename: 'NoteAdded', note: { ...note, editedAt: '2026-11-27T11:00:00Z', version: 2 } },
    'Ben Carter wrote a note, and changed it since',
  ],
  [
    { ...BASE, __typename: 'NoteRefused', note: { id: 'n', atsReason: 'Unknown user.' } },
    'The ATS refused a note: it is here alone',
  ],
  [{ ...BASE, __typename: 'InterviewSeen', interview: { name: 'Onsite' } }, 'Ben Carter has seen what came of Onsite'],
  [{ ...BASE, __typename: 'InterviewSeen', interview: null }, 'Ben Carter has seen what came of an interview'],
  [
    { ...BASE, __typename: 'PersonAssigned', responsibility: 'COORDINATOR', user: { id: 'w', name: 'Ana' } },
    'Ben Carter made Ana their coordinator',
  ],
  [
    { ...BASE, __typename: 'PersonAssigned', responsibility: 'RECRUITER', user: null },
    'Ben Carter left them without a recruiter',
  ],
  [{ ...BASE, __typename: 'PersonCreated', source: 'IMPORT' }, 'Ben Carter imported them from a file'],
  [{ ...BASE, __typename: 'PersonCreated', source: 'SOURCING' }, 'Ben Carter found them'],
  [{ ...BASE, __typename: 'PersonCreated', source: 'BY_HAND' }, 'Ben Carter created them by hand'],
  [{ ...BASE, __typename: 'SourcingActivity', added: false }, 'Ben Carter looked at their profile'],
  [{ ...BASE, __typename: 'SourcingActivity', added: true }, 'Ben Carter added them from their profile'],
  [{ ...BASE, __typename: 'ProjectActivity', removed: false, project }, 'Ben Carter added them to the project Iberia'],
  [
    { ...BASE, __typename: 'ProjectActivity', removed: true, project },
    'Ben Carter removed them from the project Iberia',
  ],
  [
    { ...BASE, __typename: 'StageChanged', fromStage: screen, toStage: onsite },
    'Ben Carter moved them to Onsite, from Screen',
  ],
  [
    { ...ATS, __typename: 'StageChanged', fromStage: screen, toStage: onsite },
    'Moved in the ATS to Onsite, from Screen',
  ],
  [
    { ...BASE, __typename: 'StageChanged', fromStage: null, toStage: onsite },
    'Ben Carter moved them to Onsite, from a stage that no longer exists',
  ],
  [{ ...ATS, __typename: 'ApplicationReceived', stage: screen }, 'Kate Lee entered the process, in Screen'],
  [
    { ...BASE, __typename: 'ApplicationClosed', status: 'REJECTED', stage: screen },
    'Ben Carter rejected the application, in Screen',
  ],
  [
    { ...ATS, __typename: 'ApplicationClosed', status: 'REJECTED', stage: screen },
    'The application was rejected in the ATS, in Screen',
  ],
  [{ ...ATS, __typename: 'ApplicationClosed', status: 'WITHDRAWN', stage: screen }, 'Kate Lee withdrew, in Screen'],
  [{ ...ATS, __typename: 'ApplicationClosed', status: 'HIRED', stage: onsite }, 'Kate Lee was hired'],
  [{ ...ATS, __typename: 'ApplicationClosed', status: null, stage: onsite }, 'The application was closed, in Onsite'],
  [{ ...BASE, __typename: 'ApplicationReopened', stage: screen }, 'Ben Carter reopened the application, in Screen'],
  [{ ...ATS, __typename: 'ApplicationReopened', stage: screen }, 'The application was reopened in the ATS, in Screen'],
  [
    { ...ATS, __typename: 'ApplicationRemoved', restored: false, stage: screen },
    'The ATS no longer has the application; it was in Screen',
  ],
  [
    { ...ATS, __typename: 'ApplicationRemoved', restored: true, stage: screen },
    'The ATS has the application again, in Screen',
  ],
  [
    { ...ATS, __typename: 'MoveRefused', stage: onsite, atsStage: screen },
    'The ATS refused the move to Onsite: it has them in Screen',
  ],
  [{ ...ATS, __typename: 'ActionRefused', action: 'REJECT' }, 'The ATS refused the rejection'],
  [
    { ...BASE, __typename: 'StageKept', stage: onsite, atsStage: screen },
    'Ben Carter kept them in Onsite, against Screen in the ATS',
  ],
  [
    { ...BASE, __typename: 'VerdictGiven', given: 'APPROVED', change: 'GIVEN', verdict: null },
    'Ben Carter gave a verdict: Approved',
  ],
  [
    { ...BASE, __typename: 'VerdictGiven', given: 'REJECTED', change: 'CHANGED_MIND', verdict: null },
    'Ben Carter changed a verdict to Rejected',
  ],
  [
    { ...BASE, __typename: 'VerdictGiven', given: 'STARRED', change: 'NOTE_EDITED', verdict: null },
    'Ben Carter edited the note on a verdict',
  ],
  [{ ...BASE, __typename: 'VerdictGiven', given: null, change: null, verdict: null }, 'Ben Carter gave a verdict'],
  [{ ...BASE, __typename: 'VerdictTakenBack', takenBack: 'STARRED' }, 'Ben Carter took back the verdict Starred'],
  [{ ...BASE, __typename: 'VerdictTakenBack', takenBack: null }, 'Ben Carter took back a verdict'],
  [
    {
      ...BASE,
      __typename: 'ReviewRequested',
      review: { id: 'v', reviewers: [{ name: 'Ana' }, { name: 'Jo' }, { name: 'Li' }] },
    },
    'Ben Carter asked Ana, Jo, and Li for a verdict',
  ],
  [{ ...BASE, __typename: 'ReviewRequested', review: null }, 'Ben Carter asked for a verdict on them'],
  [{ ...SYSTEM, __typename: 'MessageActivity', outcome: 'SENT', message }, 'Ana Petrov wrote to them'],
  [{ ...SYSTEM, __typename: 'MessageActivity', outcome: 'BOUNCED', message }, 'The mail to kate@example.org came back'],
  [{ ...SYSTEM, __typename: 'MessageActivity', outcome: 'BOUNCED', message: null }, 'A mail to them came back'],
  [
    { ...SYSTEM, __typename: 'MessageActivity', outcome: 'FAILED', message },
    'A mail from Ana Petrov was not sent, and will not be',
  ],
  [
    { ...SYSTEM, __typename: 'MessageActivity', outcome: 'IN_DOUBT', message },
    'A mail from Ana Petrov may have been sent, or not: nobody knows yet',
  ],
  [{ ...CANDIDATE, __typename: 'ReplyReceived', message, reply }, 'Kate Lee answered Ana Petrov'],
  [
    { ...CANDIDATE, __typename: 'ReplyReceived', message, reply: { ...reply, kind: 'AUTOMATIC' } },
    'An automatic reply to Ana Petrov came from Kate Lee',
  ],
  [{ ...CANDIDATE, __typename: 'ReplyReceived', message: null, reply: null }, 'Kate Lee answered a colleague'],
  [
    { ...BASE, __typename: 'SuppressionChanged', reason: 'DO_NOT_CONTACT', lifted: false },
    'Ben Carter recorded that they must not be contacted',
  ],
  [
    { ...BASE, __typename: 'SuppressionChanged', reason: 'DO_NOT_CONTACT', lifted: true },
    'Ben Carter allowed writing to them again',
  ],
  [{ ...CANDIDATE, __typename: 'SuppressionChanged', reason: 'UNSUBSCRIBED', lifted: false }, 'Kate Lee unsubscribed'],
  [
    { ...SYSTEM, __typename: 'SuppressionChanged', reason: 'BOUNCED', lifted: false },
    'Mail comes back: an address is not written to any more',
  ],
  [
    { ...SYSTEM, __typename: 'SuppressionChanged', reason: 'COMPLAINED', lifted: false },
    'A mail was called spam: they are not written to any more',
  ],
  [{ ...SYSTEM, __typename: 'SuppressionChanged', reason: 'ERASED', lifted: false }, 'The person was erased'],
  [{ ...SYSTEM, __typename: 'SuppressionChanged', reason: null, lifted: false }, 'They are not written to any more'],
];

describe('an entry of the feed', () => {
  it.each(SAID)('says what happened: $__typename', (entry, sentence) => {
    expect(plain(told(entry, 'Kate Lee').sentence)).toBe(sentence);
  });

  it('shows what was written, and who may read a note', () => {
    const sent = told({ ...SYSTEM, __typename: 'MessageActivity', outcome: 'SENT', message }, 'Kate Lee');
    expect([sent.title, sent.text]).toEqual(['Hello', 'How are you?']);
    const answered = told({ ...CANDIDATE, __typename: 'ReplyReceived', message, reply }, 'Kate Lee');
    expect([answered.text, answered.signature]).toEqual(['Fine.', 'Kate']);
    const noted = told(
      {
        ...BASE,
        __typename: 'VerdictGiven',
        given: 'APPROVED',
        change: 'GIVEN',
        verdict: { note: 'Strong', visibility: 'HIRING_TEAM' },
      },
      'Kate Lee',
    );
    expect([noted.text, noted.readers]).toEqual(['Strong', 'The hiring team may read it']);
  });
});

describe('a feed', () => {
  const at = (id: string, occurredAt: string) => ({ id, occurredAt });

  it('is divided by day, in its order', () => {
    const entries = [at('c', '2026-11-27T10:00Z'), at('b', '2026-11-27T09:00Z'), at('a', '2026-11-26T09:00Z')];
    expect(
      byDay(entries, (iso) => iso.slice(0, 10)).map(({ day, entries: of }) => [day, of.map(({ id }) => id)]),
    ).toEqual([
      ['2026-11-27', ['c', 'b']],
      ['2026-11-26', ['a']],
    ]);
  });

  it('has each entry once, the newest first, however it came', () => {
    const loaded = [at('b', '2026-11-27T09:00Z'), at('a', '2026-11-26T09:00Z')];
    expect(merged([at('b', '2026-11-27T09:00Z')], loaded)).toBe(loaded);
    expect(merged([at('c', '2026-11-26T12:00Z')], loaded).map(({ id }) => id)).toEqual(['b', 'c', 'a']);
  });
});

describe('what is one’s own', () => {
  const mail = { ...SYSTEM, __typename: 'MessageActivity', message } as const;

  it('is what one did', () => {
    const moved = { ...BASE, __typename: 'StageChanged', fromStage: screen, toStage: onsite } as const;
    expect(isOwn(moved, 'u')).toBe(true);
    expect(isOwn(moved, 'w')).toBe(false);
    expect(isOwn({ ...ATS, __typename: 'ApplicationReceived', stage: screen }, 'u')).toBe(false);
  });

  it('is a mail one wrote once it is sent, not that it failed, nor what is sent from one’s mailbox by others', () => {
    expect(isOwn({ ...mail, outcome: 'SENT' }, 'w')).toBe(true);
    expect(isOwn({ ...mail, outcome: 'SENT' }, 'u')).toBe(false);
    for (const outcome of ['BOUNCED', 'FAILED', 'IN_DOUBT'] as const) {
      expect(isOwn({ ...mail, outcome }, 'w')).toBe(false);
    }
    expect(isOwn({ ...mail, message: null, outcome: 'SENT' }, 'w')).toBe(false);
  });
});

it('a note says who may read it, and whether the ATS has it', () => {
  const readers = (atsState: 'WAITING' | 'WRITTEN' | 'REFUSED' | null) =>
    told({ ...BASE, __typename: 'NoteAdded', note: { ...note, visibility: 'PUBLIC', atsState } }, 'Kate').readers;
  expect(readers('WAITING')).toMatch(/ · not yet in the ATS$/);
  expect(readers('WRITTEN')).toMatch(/ · in the ATS as well$/);
  expect(readers('REFUSED')).toMatch(/ · the ATS refused it$/);
  expect(readers(null)).not.toContain('ATS');
});

it('a note is shown as it is now wherever it stands, and nothing else changes', () => {
  const other: Entry = { ...BASE, id: 'e2', __typename: 'PersonCreated', source: 'BY_HAND' };
  const entries: readonly (Entry | null)[] = [{ ...BASE, __typename: 'NoteAdded', note }, null, other];
  const changed = { ...note, body: 'Met twice.', version: 2 };
  expect(withNote(entries, 'n', changed)).toEqual([{ ...BASE, __typename: 'NoteAdded', note: changed }, null, other]);
  expect(withNote(entries, 'n', null)[0]).toEqual({ ...BASE, __typename: 'NoteAdded', note: null });
  expect(withNote(entries, 'another', null)).toEqual(entries);
});
