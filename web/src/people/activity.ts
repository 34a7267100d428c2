// What an entry of a person's activity feed says. Pure: an entry gives a sentence, and perhaps a text below it.

import type {
  ActivityFieldsFragment,
  AtsNoteState,
  FeedNoteFragment,
  OfferStatus,
  SuppressionReason,
  TakeoverStep,
  Verdict,
} from '../api/generated';
import { REFUSED } from '../board/parts';
import { RATINGS } from './progress';
import { type Words, words } from './words';

export type Entry = ActivityFieldsFragment;
export type Kind = 'moves' | 'interviews' | 'reviews' | 'mail' | 'notes';

export const KINDS: readonly { readonly kind: Kind; readonly name: string }[] = [
  { kind: 'moves', name: 'Stages' },
  { kind: 'interviews', name: 'Interviews' },
  { kind: 'reviews', name: 'Reviews' },
  { kind: 'mail', name: 'Mail' },
  { kind: 'notes', name: 'Notes' },
];

/** Which shape stands before an entry. */
export type Mark =
  | 'arrow'
  | 'inbox'
  | 'closed'
  | 'conflict'
  | 'verdict'
  | 'scorecard'
  | 'offer'
  | 'asked'
  | 'mail'
  | 'reply'
  | 'bad'
  | 'doubt'
  | 'stop'
  | 'note'
  | 'added'
  | 'list';

export interface Told {
  readonly kind: Kind;
  readonly mark: Mark;
  readonly sentence: Words;
  /** Of a mail, or the subject; may be long. */
  readonly title?: string | undefined;
  readonly text?: string | undefined;
  /** Below the text: folded. */
  readonly signature?: string | undefined;
  /** Who may read the text, if not everybody who sees the person. */
  readonly readers?: string | undefined;
}

/** What an entry says about a person. */
export function told(entry: Entry, person: string): Told {
  const who = actorOf(entry, person);
  switch (entry.__typename) {
    case 'StageChanged': {
      const to = stage(entry.toStage);
      const from = stage(entry.fromStage);
      const sentence =
        entry.actor.kind === 'ATS'
          ? words`Moved in the ATS to ${to}, from ${from}`
          : words`${who} moved them to ${to}, from ${from}`;
      return { kind: 'moves', mark: 'arrow', sentence };
    }
    case 'ApplicationReceived':
      return { kind: 'moves', mark: 'inbox', sentence: words`${person} entered the process, in ${stage(entry.stage)}` };
    case 'ApplicationClosed':
      return { kind: 'moves', mark: 'closed', sentence: closed(entry, who, person) };
    case 'ApplicationReopened': {
      const sentence =
        entry.actor.kind === 'ATS'
          ? words`The application was reopened in the ATS, in ${stage(entry.stage)}`
          : words`${who} reopened the application, in ${stage(entry.stage)}`;
      return { kind: 'moves', mark: 'inbox', sentence };
    }
    case 'ApplicationRemoved':
      return {
        kind: 'moves',
        mark: entry.restored ? 'inbox' : 'closed',
        sentence: entry.restored
          ? words`The ATS has the application again, in ${stage(entry.stage)}`
          : words`The ATS no longer has the application; it was in ${stage(entry.stage)}`,
      };
    case 'ScorecardSubmitted':
      return scorecard(entry, who);
    case 'InterviewSeen':
      return {
        kind: 'interviews',
        mark: 'scorecard',
        sentence: entry.interview?.name
          ? words`${who} has seen what came of ${entry.interview.name}`
          : words`${who} has seen what came of an interview`,
      };
    case 'OfferChanged': {
      const { offer } = entry;
      const sentence = OFFERS[entry.current](person);
      return { kind: 'interviews', mark: 'offer', sentence, text: offer?.declineReason ?? undefined };
    }
    case 'MoveRefused':
      return {
        kind: 'moves',
        mark: 'conflict',
        sentence: words`The ATS refused the move to ${stage(entry.stage)}: it has them in ${stage(entry.atsStage)}`,
      };
    case 'ActionRefused':
      return { kind: 'moves', mark: 'conflict', sentence: words`${REFUSED[entry.action]}` };
    case 'StageKept':
      return {
        kind: 'moves',
        mark: 'conflict',
        sentence: words`${who} kept them in ${stage(entry.stage)}, against ${stage(entry.atsStage)} in the ATS`,
      };
    case 'VerdictGiven':
      return {
        kind: 'reviews',
        mark: 'verdict',
        sentence: verdict(entry, who),
        text: entry.verdict?.note ?? undefined,
        readers: entry.verdict?.note ? READERS[entry.verdict.visibility] : undefined,
      };
    case 'VerdictTakenBack':
      return {
        kind: 'reviews',
        mark: 'verdict',
        sentence: entry.takenBack
          ? words`${who} took back the verdict ${VERDICTS[entry.takenBack]}`
          : words`${who} took back a verdict`,
      };
    case 'TakeoverActivity':
      return { kind: 'mail', mark: 'asked', sentence: TAKEOVERS[entry.step](who, entry.user?.name ?? 'a colleague') };
    case 'ReviewRequested': {
      const asked = entry.review?.reviewers.map((reviewer) => reviewer.name) ?? [];
      const sentence =
        asked.length > 0
          ? words`${who} asked ${LIST.format(asked)} for a verdict`
          : words`${who} asked for a verdict on them`;
      return { kind: 'reviews', mark: 'asked', sentence };
    }
    case 'MessageActivity':
      return mail(entry, who);
    case 'ReplyReceived':
      return reply(entry, person);
    case 'NoteAdded':
      return {
        kind: 'notes',
        mark: 'note',
        sentence: entry.note?.editedAt ? words`${who} wrote a note, and changed it since` : words`${who} wrote a note`,
        text: entry.note?.body,
        readers: entry.note ? readersOfNote(entry.note) : undefined,
      };
    case 'NoteRefused':
      return {
        kind: 'notes',
        mark: 'conflict',
        sentence: words`The ATS refused a note: it is here alone`,
        text: entry.note?.atsReason ?? undefined,
      };
    case 'PersonAssigned':
      return { kind: 'notes', mark: 'added', sentence: assigned(entry, who) };
    case 'PersonCreated':
      return { kind: 'notes', mark: 'added', sentence: created(entry, who) };
    case 'SourcingActivity':
      return {
        kind: 'notes',
        mark: 'added',
        sentence: entry.added ? words`${who} added them from their profile` : words`${who} looked at their profile`,
      };
    case 'ProjectActivity': {
      const project = entry.project?.name ?? 'a project';
      const sentence = entry.removed
        ? words`${who} removed them from the project ${project}`
        : words`${who} added them to the project ${project}`;
      return { kind: 'notes', mark: 'list', sentence };
    }
    case 'SuppressionChanged':
      return { kind: 'mail', mark: 'stop', sentence: suppression(entry, who, person) };
    case 'PeopleMerged':
      return { kind: 'moves', mark: 'inbox', sentence: merge(entry, who, person) };
  }
}

function merge(
  { undone, merge: merged, actor }: Extract<Entry, { __typename: 'PeopleMerged' }>,
  who: string,
  person: string,
): Words {
  if (undone) return words`${who} undid a merge of ${person} with another record`;
  if (actor.kind === 'ATS') return words`The ATS merged another record into this one`;
  return merged?.recordName
    ? words`${who} merged the record of ${merged.recordName} into this one`
    : words`${who} merged another record into this one`;
}

const IN_THE_ATS: Record<AtsNoteState, string> = {
  WAITING: 'not yet in the ATS',
  WRITTEN: 'in the ATS as well',
  REFUSED: 'the ATS refused it',
};

function readersOfNote({ visibility, atsState }: FeedNoteFragment): string {
  return atsState ? `${READERS[visibility]} · ${IN_THE_ATS[atsState]}` : READERS[visibility];
}

function assigned({ responsibility, user }: Extract<Entry, { __typename: 'PersonAssigned' }>, who: string): Words {
  const part = responsibility === 'COORDINATOR' ? 'coordinator' : 'recruiter';
  return user ? words`${who} made ${user.name} their ${part}` : words`${who} left them without a ${part}`;
}

function actorOf({ actor }: Entry, person: string): string {
  switch (actor.kind) {
    case 'USER':
      return actor.user?.name ?? 'A former colleague';
    case 'CANDIDATE':
      return person;
    case 'ATS':
      return 'Somebody in the ATS';
    case 'SYSTEM':
      return 'Rapport';
  }
}

const LIST = new Intl.ListFormat('en', { type: 'conjunction' });

export const VERDICTS: Record<Verdict, string> = {
  APPROVED: 'Approved',
  REJECTED: 'Rejected',
  STARRED: 'Starred',
  SKIPPED: 'Skipped',
};

export const READERS = {
  PUBLIC: 'Everybody who sees the person may read it',
  HIRING_TEAM: 'The hiring team may read it',
  PRIVATE: 'Only its author may read it',
} as const;

function stage(named: { readonly name: string } | null): string {
  return named?.name ?? 'a stage that no longer exists';
}

type Of<Name extends Entry['__typename']> = Extract<Entry, { __typename: Name }>;

function closed(entry: Of<'ApplicationClosed'>, who: string, person: string): Words {
  const at = stage(entry.stage);
  switch (entry.status) {
    case 'HIRED':
      return words`${person} was hired`;
    case 'WITHDRAWN':
      return words`${person} withdrew, in ${at}`;
    case 'REJECTED':
      return entry.actor.kind === 'ATS'
        ? words`The application was rejected in the ATS, in ${at}`
        : words`${who} rejected the application, in ${at}`;
    default:
      return words`The application was closed, in ${at}`;
  }
}

function scorecard(entry: Of<'ScorecardSubmitted'>, who: string): Told {
  const said = entry.scorecard;
  const rating = said?.rating ? RATINGS[said.rating].word : null;
  const about = said?.interviewName ?? null;
  const of = about ? words` of ${about}` : [];
  return {
    kind: 'interviews',
    mark: 'scorecard',
    sentence: rating
      ? [...words`${who} submitted a scorecard`, ...of, ...words`: ${rating}`]
      : [...words`${who} submitted a scorecard`, ...of],
    text: said?.notes ?? undefined,
  };
}

const OFFERS: Record<OfferStatus, (person: string) => Words> = {
  DRAFT: () => words`An offer was made`,
  SENT: (person) => words`${person} was sent an offer`,
  ACCEPTED: (person) => words`${person} accepted the offer`,
  DECLINED: (person) => words`${person} declined the offer`,
  RESCINDED: () => words`The offer was withdrawn`,
  SUPERSEDED: () => words`The offer was replaced by a newer one`,
};

function created(entry: Of<'PersonCreated'>, who: string): Words {
  switch (entry.source) {
    case 'IMPORT':
      return words`${who} imported them from a file`;
    case 'SOURCING':
      return words`${who} found them`;
    default:
      return words`${who} created them by hand`;
  }
}

function verdict(entry: Of<'VerdictGiven'>, who: string): Words {
  if (entry.change === 'NOTE_EDITED') return words`${who} edited the note on a verdict`;
  if (!entry.given) return words`${who} gave a verdict`;
  const said = VERDICTS[entry.given];
  return entry.change === 'CHANGED_MIND'
    ? words`${who} changed a verdict to ${said}`
    : words`${who} gave a verdict: ${said}`;
}

function mail(entry: Of<'MessageActivity'>, who: string): Told {
  const { message } = entry;
  const from = message?.fromUser?.name ?? who;
  const title = message?.subject;
  const text = message?.body;
  switch (entry.outcome) {
    case 'SENT':
      return { kind: 'mail', mark: 'mail', sentence: words`${from} wrote to them`, title, text };
    case 'BOUNCED':
      return {
        kind: 'mail',
        mark: 'bad',
        sentence: message ? words`The mail to ${message.toAddress} came back` : words`A mail to them came back`,
        title,
        text: message?.explanation ?? undefined,
      };
    case 'FAILED':
      return {
        kind: 'mail',
        mark: 'bad',
        sentence: words`A mail from ${from} was not sent, and will not be`,
        title,
        text: message?.explanation ?? undefined,
      };
    case 'IN_DOUBT':
      return {
        kind: 'mail',
        mark: 'doubt',
        sentence: words`A mail from ${from} may have been sent, or not: nobody knows yet`,
        title,
      };
  }
}

function reply(entry: Of<'ReplyReceived'>, person: string): Told {
  const to = entry.message?.fromUser?.name ?? 'a colleague';
  const automatic = entry.reply?.kind === 'AUTOMATIC';
  return {
    kind: 'mail',
    mark: 'reply',
    sentence: automatic ? words`An automatic reply to ${to} came from ${person}` : words`${person} answered ${to}`,
    title: entry.reply?.subject,
    text: entry.reply?.text,
    signature: entry.reply?.signature ?? undefined,
  };
}

const SUPPRESSED: Record<SuppressionReason, (who: string, person: string) => Words> = {
  UNSUBSCRIBED: (_, person) => words`${person} unsubscribed`,
  BOUNCED: () => words`Mail comes back: an address is not written to any more`,
  DO_NOT_CONTACT: (who) => words`${who} recorded that they must not be contacted`,
  COMPLAINED: () => words`A mail was called spam: they are not written to any more`,
  ERASED: () => words`The person was erased`,
};

const TAKEOVERS: Record<TakeoverStep, (who: string, user: string) => Words> = {
  REQUESTED: (who, user) => words`${who} asked ${user} to hand them over`,
  DECLINED: (who, user) => words`${who} did not hand them over to ${user}`,
  TAKEN_OVER: (who, user) =>
    who === user
      ? words`${who} took them over: nobody else writes to them now`
      : words`${who} handed them over to ${user}`,
};

function suppression(entry: Of<'SuppressionChanged'>, who: string, person: string): Words {
  if (entry.lifted) return words`${who} allowed writing to them again`;
  return entry.reason ? SUPPRESSED[entry.reason](who, person) : words`They are not written to any more`;
}

/**
 * Whether a user did it, and so knows of it. Mail is sent by the system, later: what was sent is its author's doing,
 * that it came back is news.
 */
export function isOwn(entry: Entry, user: string): boolean {
  if (entry.actor.user?.id === user) return true;
  if (entry.__typename !== 'MessageActivity' || entry.outcome !== 'SENT') return false;
  return entry.message?.author?.id === user;
}

/** Entries by the day on which they happened, in the order they have. */
export function byDay<Item extends { readonly occurredAt: string }>(
  entries: readonly Item[],
  dayOf: (iso: string) => string,
): readonly { readonly day: string; readonly entries: readonly Item[] }[] {
  const days: { day: string; entries: Item[] }[] = [];
  for (const entry of entries) {
    const day = dayOf(entry.occurredAt);
    const last = days.at(-1);
    if (last?.day === day) last.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  return days;
}

/** Newest first, each entry once: what arrived live may also be on a page that was loaded meanwhile. */
export function merged<Item extends { readonly id: string; readonly occurredAt: string }>(
  arrived: readonly Item[],
  loaded: readonly Item[],
): readonly Item[] {
  const known = new Set(loaded.map((entry) => entry.id));
  const added = arrived.filter((entry) => !known.has(entry.id));
  if (added.length === 0) return loaded;
  return [...added, ...loaded].sort((one, other) => Date.parse(other.occurredAt) - Date.parse(one.occurredAt));
}

/** Entries with a note as it is now: changed, or null if it was removed. */
export function withNote<Item extends Entry | null>(
  entries: readonly Item[],
  id: string,
  note: FeedNoteFragment | null,
): readonly Item[] {
  return entries.map((entry) =>
    entry?.__typename === 'NoteAdded' && entry.note?.id === id ? { ...entry, note } : entry,
  );
}
