import { Mail as MailIcon, StickyNote } from 'lucide-react';
import { type ReactNode, type Ref, type RefObject, useEffect, useId, useRef, useState } from 'react';
import { useApiQuery, useLive, useServices } from '../api/context';
import { ApiError } from '../api/errors';
import { PersonActivity, PersonInFull, StandingChanged } from '../api/generated';
import { useApiPages } from '../api/pages';
import { Flags } from '../attention/parts';
import {
  answerTo,
  Composer,
  type Draft,
  Exchange,
  emptyDraft,
  loadDraft,
  type Message as Mail,
} from '../outreach/parts';
import { usePageKeys } from '../shell/keys';
import { QueryFailure } from '../shell/query-failure';
import { useViewer } from '../shell/viewer';
import { Avatar } from '../ui/avatar';
import { Button } from '../ui/button';
import { Skeleton } from '../ui/region';
import { TabList } from '../ui/tab-list';
import { ApplicationBar, type BoardMoves, Switcher } from './application-bar';
import { type Application, chosen, may } from './applications';
import { Contact } from './contact';
import { CopyPoint } from './copy-point';
import { activityOf, Feed } from './feed';
import { Former } from './former';
import { History } from './history';
import { useWaitingAdditions } from './job-additions';
import { loadNote, NoteComposer } from './note-composer';
import type { Known, Person } from './person';
import styles from './person.module.css';
import { Profile } from './profile';
import { Progress } from './progress-tab';
import { Reviews } from './reviews-tab';
import type { Tab } from './search';

interface PersonViewProps {
  /** Null while it is looked up. */
  readonly person: string | null;
  readonly known?: Known | undefined;
  readonly application: string | null;
  readonly onApplication: (id: string) => void;
  readonly tab: Tab;
  readonly onTab: (tab: Tab) => void;
  /** Moves through the board below, for the application that it shows. */
  readonly board?: BoardMoves | undefined;
  readonly heading: Ref<HTMLHeadingElement>;
  /** Whether a heading above names them already. */
  readonly titled?: boolean | undefined;
}

const TABS = [
  { value: 'activity', name: 'Activity' },
  { value: 'profile', name: 'Profile' },
  { value: 'interviews', name: 'Interviews' },
  { value: 'reviews', name: 'Reviews' },
  { value: 'messages', name: 'Messages' },
  { value: 'history', name: 'History' },
] as const;

/** A person: who they are, their applications, what happened, and a mail to them. The drawer and the page show it. */
export function PersonView(props: PersonViewProps) {
  const { person: id } = props;
  const query = useApiQuery(PersonInFull, { person: id ?? '' }, { enabled: id !== null });
  useWaitingAdditions(query.data?.data.person ?? null);
  // What the feed will ask for is asked for now: it need not wait for the person.
  const enabled = id !== null && props.tab === undefined;
  useApiPages(PersonActivity, { person: id ?? '' }, activityOf, { live: true, enabled });
  const person = query.data?.data.person ?? null;
  const problem = query.data && !person ? query.data.problems[0] : null;

  if (!person && (query.error || problem)) {
    const code = query.error instanceof ApiError ? query.error.code : problem?.code;
    if (id !== null && (code === 'NOT_FOUND' || code === 'INVALID_ID')) {
      return <Former person={id} page={props.titled ?? false} />;
    }
    return <QueryFailure what="The person cannot be shown" query={query} problem={problem} />;
  }
  // One tree for both: the name keeps the focus while the rest arrives.
  return <Shown {...props} person={person} cursor={query.data?.data.cursor ?? null} />;
}

interface ShownProps extends Omit<PersonViewProps, 'person'> {
  readonly person: Person | null;
  /** Of what was loaded of them. */
  readonly cursor: string | null;
}

function Shown(props: ShownProps) {
  const { person, known, application: wanted, onApplication, tab = undefined, onTab, board } = props;
  const viewer = useViewer();
  const panel = useId();
  const [writing, setWriting] = useState<{ readonly to: string; readonly draft: Draft } | null>(null);
  const application = person ? chosen(person.applications, wanted) : null;
  const mayWrite = person?.viewerCan.write ?? false;
  const [noting, setNoting] = useState<string | null>(null);
  const restoreFocus = useRef<'mail' | 'note' | null>(null);
  const draft = person && writing?.to === person.id ? writing.draft : null;
  const write = (to: string, started: Draft) => setWriting({ to, draft: started });
  const answer = (to: string, message: Mail) => {
    const started = loadDraft(to);
    write(to, started?.replyTo === message.id ? started : answerTo(message, viewer.id, crypto.randomUUID()));
  };
  const head = person ?? known;
  const notable = person?.viewerCan.writeNotes ? person.id : null;
  usePageKeys('Notes', notable === null ? [] : [{ key: 'n', name: 'Write a note', perform: () => setNoting(notable) }]);
  useStanding(person?.id, board?.applicationId === application?.id ? null : application, props.cursor);

  return (
    <div className={styles.person}>
      <div className={styles.scroll}>
        {head ? (
          <Head known={head} place={person?.location ?? null} heading={props.heading} titled={props.titled}>
            {person ? (
              <>
                <Points person={person} />
                <Contact key={person.id} person={person} />
              </>
            ) : null}
          </Head>
        ) : null}
        {person ? (
          <>
            {application ? (
              <>
                <Switcher applications={person.applications} chosen={application.id} onChoose={onApplication} />
                <ApplicationBar
                  key={application.id}
                  application={application}
                  name={person.name}
                  board={board?.applicationId === application.id ? board : undefined}
                />
              </>
            ) : (
              <p className={styles.none}>No application that you may see.</p>
            )}
            {application?.status === 'ACTIVE' && application.job ? (
              <Flags key={application.id} application={application.id} job={application.job.id} />
            ) : null}
            <div className={styles.tabs}>
              <TabList
                label="About the person"
                tabs={TABS}
                value={tab ?? 'activity'}
                panel={panel}
                onChange={(value) => onTab(value === 'activity' ? undefined : value)}
              />
            </div>
            <div id={panel} role="tabpanel" className={styles.panel}>
              {tab === undefined ? <Feed key={person.id} person={person} job={application?.job?.id ?? null} /> : null}
              {tab === 'profile' ? <Profile person={person} application={application} /> : null}
              {tab === 'interviews' ? <Progress application={application} /> : null}
              {tab === 'reviews' ? <Reviews person={person.id} /> : null}
              {tab === 'messages' ? (
                <Exchange
                  key={person.id}
                  person={person.id}
                  onAnswer={mayWrite ? (message) => answer(person.id, message) : undefined}
                />
              ) : null}
              {tab === 'history' ? <History application={application} /> : null}
            </div>
          </>
        ) : (
          <Skeleton rows={5} label="Loading the person" />
        )}
      </div>
      {person && (mayWrite || person.viewerCan.writeNotes) ? (
        <div className={styles.foot}>
          {noting === person.id ? (
            <NoteComposer
              key={person.id}
              person={person}
              job={application?.job ?? null}
              application={application && may(application, 'NOTE') ? application.id : null}
              onClose={() => {
                restoreFocus.current = 'note';
                setNoting(null);
              }}
            />
          ) : draft ? (
            <Composer
              key={draft.key}
              person={person}
              addresses={person.emails.map((email) => email.value)}
              job={application?.job ?? null}
              obstacle={obstacleOf(person)}
              ownership={person.ownership}
              draft={draft}
              onChange={(changed) => write(person.id, changed)}
              onClose={() => {
                restoreFocus.current = 'mail';
                setWriting(null);
              }}
            />
          ) : (
            <Begin
              restoreFocus={restoreFocus}
              kept={loadDraft(person.id) !== null}
              may={person.viewerCan}
              noted={loadNote(person.id) !== null}
              possible={person.emails.length > 0}
              onNote={() => setNoting(person.id)}
              onBegin={() => write(person.id, loadDraft(person.id) ?? emptyDraft(crypto.randomUUID()))}
            />
          )}
        </div>
      ) : null}
    </div>
  );
}

/**
 * Load the person anew when something becomes of their application: it is moved, or the ATS answers.
 *
 * @param application null if a board below follows it.
 */
function useStanding(person: string | undefined, application: Application | null, cursor: string | null): void {
  const { cache } = useServices();
  const job = application?.status === 'ACTIVE' ? application.job?.id : undefined;
  const changed = () => void cache.invalidateQueries({ queryKey: [PersonInFull.name, { person }] });
  useLive(StandingChanged, job === undefined ? null : { job }, cursor, (result) => result.boardChanged, {
    onChange: ({ applicationId }) => {
      if (applicationId === application?.id) changed();
    },
    onGap: changed,
  });
}

function obstacleOf({ contactability }: Person) {
  return contactability?.blocker ? { blocker: contactability.blocker, until: contactability.until } : null;
}

interface BeginProps {
  /** The composer was just closed: the focus comes back to what opened it. */
  readonly restoreFocus: RefObject<'mail' | 'note' | null>;
  readonly may: { readonly write: boolean; readonly writeNotes: boolean; readonly change: boolean };
  /** A draft waits. */
  readonly kept: boolean;
  /** A note that was begun waits. */
  readonly noted: boolean;
  readonly possible: boolean;
  readonly onBegin: () => void;
  readonly onNote: () => void;
}

function Begin({ restoreFocus, may, kept, noted, possible, onBegin, onNote }: BeginProps) {
  const mail = useRef<HTMLButtonElement>(null);
  const note = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (restoreFocus.current) (restoreFocus.current === 'mail' ? mail : note).current?.focus();
    restoreFocus.current = null;
  }, [restoreFocus]);
  return (
    <div className={styles.begin}>
      {may.write ? (
        <Button ref={mail} onClick={onBegin} disabled={!possible}>
          <MailIcon aria-hidden="true" />
          {kept ? 'Go on with your mail' : 'Write a mail'}
        </Button>
      ) : null}
      {may.writeNotes ? (
        <Button ref={note} onClick={onNote}>
          <StickyNote aria-hidden="true" />
          {noted ? 'Go on with your note' : 'Write a note'}
        </Button>
      ) : null}
      {may.write && !possible ? (
        <span className="faint small">
          No mail address is known. Add one in {may.change ? 'the profile' : 'the ATS'}.
        </span>
      ) : kept || noted ? (
        <span className="faint small">Draft kept in this tab</span>
      ) : null}
    </div>
  );
}

interface HeadProps {
  readonly known: Known;
  readonly place?: string | null;
  readonly heading: Ref<HTMLHeadingElement>;
  readonly titled?: boolean | undefined;
  readonly children?: ReactNode;
}

function Head({ known: { name, title, company }, place, heading, titled, children }: HeadProps) {
  const does = title && company ? `${title} at ${company}` : (title ?? company);
  return (
    <header className={styles.head}>
      <Avatar name={name} large />
      <div className={styles.who}>
        <h2 ref={heading} tabIndex={-1} dir="auto" className={titled ? 'unseen' : styles.name}>
          {name}
        </h2>
        <p className="soft" dir="auto">
          {[does, place].filter(Boolean).join(' · ') || '\u00a0'}
        </p>
        {children}
      </div>
    </header>
  );
}

/** The preferred address and number; the others stand in the profile. */
function Points({ person: { emails, phones } }: { readonly person: Person }) {
  return (
    <ul className={styles.points}>
      {[emails[0], phones[0]].map((point) =>
        point ? (
          <li key={point.value}>
            <CopyPoint value={point.value} />
          </li>
        ) : null,
      )}
    </ul>
  );
}
