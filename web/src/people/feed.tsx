import type { InfiniteData } from '@tanstack/react-query';
import {
  ArrowRight,
  ArrowUp,
  Ban,
  CircleCheck,
  CircleHelp,
  CircleSlash,
  ClipboardCheck,
  ClipboardList,
  Diamond,
  FileSignature,
  Inbox,
  List,
  type LucideIcon,
  Mail,
  Reply,
  StickyNote,
  UserPlus,
  Zap,
} from 'lucide-react';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { Answer } from '../api/client';
import { useApiQuery, useLive, useServices } from '../api/context';
import {
  ActivityAdded,
  type FeedNoteFragment,
  NoteInAts,
  PersonActivity,
  type PersonActivityQuery,
  PersonInFull,
} from '../api/generated';
import { useApiPages } from '../api/pages';
import { QueryFailure } from '../shell/query-failure';
import { useViewer } from '../shell/viewer';
import { Button } from '../ui/button';
import { LongText } from '../ui/long-text';
import { Message, Skeleton } from '../ui/region';
import { Segments } from '../ui/segments';
import { clock, dayHeading, exact } from '../ui/time';
import { byDay, type Entry, isOwn, KINDS, type Kind, type Mark, merged, told, withNote } from './activity';
import styles from './feed.module.css';
import { NoteActs } from './note-entry';
import type { Words } from './words';

const ICONS: Record<Mark, LucideIcon> = {
  arrow: ArrowRight,
  inbox: Inbox,
  closed: CircleSlash,
  conflict: Zap,
  verdict: CircleCheck,
  scorecard: ClipboardCheck,
  offer: FileSignature,
  asked: ClipboardList,
  mail: Mail,
  reply: Reply,
  bad: Diamond,
  doubt: CircleHelp,
  stop: Ban,
  note: StickyNote,
  added: UserPlus,
  list: List,
};

interface FeedProps {
  readonly person: { readonly id: string; readonly name: string };
  /** The job of the application that is shown: others are named. */
  readonly job: string | null;
}

export function activityOf({ person }: PersonActivityQuery) {
  return person?.activity;
}

/** What happened with a person, the newest first. What arrives waits until one asks for it: nothing jumps. */
export function Feed({ person, job }: FeedProps) {
  const { cache } = useServices();
  const viewer = useViewer();
  const [kind, setKind] = useState<Kind | 'all'>('all');
  const [arrived, setArrived] = useState<readonly Entry[]>([]);
  const [waiting, setWaiting] = useState<readonly Entry[]>([]);
  const top = useRef<HTMLDivElement>(null);
  const key = [PersonActivity.name, { person: person.id }];
  // It is followed live; reloading it in the background would move what one reads.
  const { query: feed, rows } = useApiPages(PersonActivity, { person: person.id }, activityOf, { live: true });
  const loaded = rows && entriesOf(rows);

  const changed = () => {
    void cache.invalidateQueries({ queryKey: [PersonInFull.name, { person: person.id }] });
  };
  useLive(
    ActivityAdded,
    loaded ? { person: person.id } : null,
    feed.data?.pages[0]?.data.cursor ?? null,
    (result) => result.activityAdded,
    {
      onChange: ({ activity }) => {
        (isOwn(activity, viewer.id) ? setArrived : setWaiting)((old) => merged([activity], old));
        changed();
      },
      onGap: () => {
        setArrived([]);
        setWaiting([]);
        void cache.resetQueries({ queryKey: key });
        changed();
      },
    },
  );

  const show = () => {
    setArrived((old) => merged(waiting, old));
    setWaiting([]);
    top.current?.scrollIntoView({ block: 'nearest' });
    top.current?.focus({ preventScroll: true });
  };
  /** Shows a note of one's own as it is now, wherever it stands. */
  const noteChanged = (id: string, note: FeedNoteFragment | null) => {
    // What had the focus goes with the note.
    if (note === null) top.current?.focus({ preventScroll: true });
    setArrived((old) => withNote(old, id, note));
    cache.setQueryData<InfiniteData<Answer<PersonActivityQuery>>>(
      key,
      (old) => old && { ...old, pages: old.pages.map((page) => ({ ...page, data: withNoteOf(page.data, id, note) })) },
    );
  };
  // What one has read stays read when the page is left; a person's entries are not another's.
  useEffect(() => () => void setWaiting([]), []);

  if (!loaded) {
    if (feed.isPending) return <Skeleton rows={6} label="Loading the activity" />;
    return <QueryFailure what="The activity cannot be shown" query={feed} problem={feed.data?.pages[0]?.problems[0]} />;
  }
  const all = merged(arrived, loaded.entries);
  const shown = all
    .map((entry) => ({ entry, occurredAt: entry.occurredAt, said: told(entry, person.name) }))
    .filter(({ said }) => kind === 'all' || said.kind === kind);
  const now = Date.now();
  return (
    <div className={styles.feed}>
      <div ref={top} tabIndex={-1} className={styles.top} />
      <div className={styles.bar}>
        <Segments
          label="Kinds of entries"
          options={[{ value: 'all', name: 'All' }, ...KINDS.map((each) => ({ value: each.kind, name: each.name }))]}
          value={kind}
          onChange={setKind}
        />
        {waiting.length > 0 ? (
          <button type="button" className={styles.pill} onClick={show}>
            <ArrowUp aria-hidden="true" />
            {waiting.length} new
          </button>
        ) : null}
      </div>
      {loaded.hidden > 0 ? (
        <p className={styles.hidden} role="alert">
          {loaded.hidden === 1 ? '1 entry' : `${loaded.hidden} entries`} cannot be shown now.{' '}
          <Button look="link" onClick={() => void feed.refetch()}>
            Try again
          </Button>
        </p>
      ) : null}
      {all.length === 0 ? (
        <Message within title="Nothing has happened yet">
          Moves, verdicts and mails appear here as they happen.
        </Message>
      ) : shown.length === 0 ? (
        <p className={styles.none}>
          {feed.hasNextPage ? `None of this kind among the newest ${all.length} entries.` : 'None of this kind.'}
        </p>
      ) : null}
      {byDay(shown, (iso) => dayHeading(iso, now)).map(({ day, entries }) => (
        <section key={day} aria-label={day}>
          <h3 className={styles.day}>{day}</h3>
          <ul className={styles.entries}>
            {entries.map(({ entry, said }) => (
              <EntryView key={entry.id} entry={entry} said={said} job={job} onNote={noteChanged} />
            ))}
          </ul>
        </section>
      ))}
      {feed.hasNextPage ? (
        <div className={styles.more}>
          <Button onClick={() => void feed.fetchNextPage()} disabled={feed.isFetchingNextPage}>
            Show more
          </Button>
        </div>
      ) : null}
    </div>
  );
}

function EntryView({
  entry,
  said,
  job,
  onNote,
}: {
  readonly entry: Entry;
  readonly said: ReturnType<typeof told>;
  readonly job: string | null;
  readonly onNote: (id: string, note: FeedNoteFragment | null) => void;
}) {
  const note = entry.__typename === 'NoteAdded' ? entry.note : null;
  const own = note?.changeable ? note : null;
  const Icon = ICONS[said.mark];
  const elsewhere = entry.job !== null && entry.job.id !== job ? entry.job.title : null;
  return (
    <li className={styles.entry} data-mark={said.mark}>
      <Icon aria-hidden="true" />
      <div className={styles.said}>
        <p dir="auto">
          <Sentence words={said.sentence} />
        </p>
        {said.title ? (
          <p dir="auto" className={styles.title}>
            {said.title}
          </p>
        ) : null}
        {said.text ? <LongText text={said.text} signature={said.signature} /> : null}
        {said.readers ? <p className={styles.meta}>{said.readers}</p> : null}
        {elsewhere ? (
          <p className={styles.meta}>
            For <span dir="auto">{elsewhere}</span>
          </p>
        ) : null}
        {note?.atsState === 'WAITING' ? <OnItsWay note={note.id} onNote={onNote} /> : null}
        {own ? <NoteActs note={own} job={entry.job} onChanged={(note) => onNote(own.id, note)} /> : null}
      </div>
      <time dateTime={entry.occurredAt} title={exact(entry.occurredAt)}>
        {clock(entry.occurredAt)}
      </time>
    </li>
  );
}

const ON_ITS_WAY_MS = 3000;

/** A note that the ATS does not have yet, asked for until that is over. */
function OnItsWay({
  note: id,
  onNote,
}: {
  readonly note: string;
  readonly onNote: (id: string, note: FeedNoteFragment | null) => void;
}) {
  const { data } = useApiQuery(NoteInAts, { note: id }, { every: ON_ITS_WAY_MS });
  const node = data?.data.node;
  const now = node?.__typename === 'Note' && node.atsState !== 'WAITING' ? node : null;
  const arrived = useEffectEvent((note: FeedNoteFragment) => onNote(id, note));
  useEffect(() => {
    if (now) arrived(now);
  }, [now]);
  return null;
}

function Sentence({ words }: { readonly words: Words }) {
  return words.map((part, place) =>
    typeof part === 'string' ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence have their places
      <strong key={place} dir="auto">
        {part.strong}
      </strong>
    ),
  );
}

function withNoteOf(data: PersonActivityQuery, id: string, note: FeedNoteFragment | null): PersonActivityQuery {
  const { person } = data;
  if (!person?.activity) return data;
  const nodes = withNote(person.activity.nodes, id, note);
  return { ...data, person: { ...person, activity: { ...person.activity, nodes } } };
}

function entriesOf(nodes: readonly (Entry | null)[]) {
  const entries = nodes.filter((entry) => entry !== null);
  return { entries, hidden: nodes.length - entries.length };
}
