// One person of a review: the profile, the note with its readers, and the four verdicts.

import {
  ArrowRight,
  Briefcase,
  Check,
  ChevronLeft,
  ChevronRight,
  ExternalLink,
  type LucideIcon,
  MapPin,
  Star,
  X,
} from 'lucide-react';
import { type Ref, useId, useLayoutEffect, useSyncExternalStore } from 'react';
import type { NoteVisibility, Verdict } from '../api/generated';
import { Education, Experience, Files } from '../people/parts';
import { loadPreferences, subscribePreferences } from '../settings/preferences';
import { useViewer } from '../shell/viewer';
import { Avatar } from '../ui/avatar';
import { Button } from '../ui/button';
import { classes } from '../ui/classes';
import { firstName } from '../ui/names';
import { Status } from '../ui/status';
import { exact, Time } from '../ui/time';
import { charactersLeft, entryOf, isUnsaved, NEARLY_FULL } from './decide';
import styles from './decide-card.module.css';
import { count, READERS, VERDICT_WORDS } from './rules';
import type { Conflict, Decisions } from './use-decisions';
import type { Item, Review } from './use-review';
import { VerdictStatus } from './verdict';

const ACTIONS: readonly { verdict: Verdict; words: string; key: string; icon: LucideIcon; look: string | undefined }[] =
  [
    { verdict: 'APPROVED', words: 'Approve', key: 'A', icon: Check, look: styles.approved },
    { verdict: 'STARRED', words: 'Star', key: 'S', icon: Star, look: styles.starred },
    { verdict: 'REJECTED', words: 'Reject', key: 'R', icon: X, look: styles.rejected },
    { verdict: 'SKIPPED', words: 'Skip', key: 'K', icon: ArrowRight, look: styles.skipped },
  ];

interface DecideCardProps {
  readonly review: Review;
  readonly decisions: Decisions;
  readonly place: number;
  readonly heading: Ref<HTMLHeadingElement>;
  readonly note: Ref<HTMLTextAreaElement>;
  readonly onDecide: (verdict: Verdict) => void;
  readonly onGo: (place: number | 'summary') => void;
}

export function DecideCard({ review, decisions, place, heading, note, onDecide, onGo }: DecideCardProps) {
  const item = review.items[place - 1];
  if (!item) return null;
  const verdict = decisions.verdict(item.personId);
  const conflict = decisions.conflict(item);
  const problem = decisions.problem(item.personId);
  const wish = decisions.wish(item.personId);
  return (
    <article className={styles.card} aria-labelledby="decide-name">
      <div className={styles.content}>
        <ProfileHead
          review={review.id}
          item={item}
          place={place}
          total={review.items.length}
          verdict={verdict}
          heading={heading}
        />
        {conflict ? <ConflictNote item={item} conflict={conflict} decisions={decisions} /> : null}
        {review.viewerCan.decide ? <NoteField item={item} decisions={decisions} note={note} verdict={verdict} /> : null}
        {problem ? (
          <p role="alert" className={styles.problem}>
            {problem}
          </p>
        ) : null}
        {wish?.failed ? (
          <p role="alert" className={styles.problem}>
            Not saved yet.
            <Button small onClick={() => decisions.retry(item)}>
              Try again
            </Button>
          </p>
        ) : null}
        <Others review={review} item={item} verdict={verdict} />
        <nav className={styles.flip} aria-label="Flip through">
          {place > 1 ? (
            <Button look="quiet" onClick={() => onGo(place - 1)}>
              <ChevronLeft />
              Previous
            </Button>
          ) : (
            <span />
          )}
          <Button look="quiet" onClick={() => onGo(place + 1)}>
            {place < review.items.length ? 'Next' : 'Summary'}
            <ChevronRight />
          </Button>
        </nav>
      </div>
      {review.viewerCan.decide ? (
        <VerdictButtons name={item.profile.name} verdict={verdict} onDecide={onDecide} />
      ) : null}
    </article>
  );
}

interface ProfileHeadProps {
  readonly review: string;
  readonly item: Item;
  readonly place: number;
  readonly total: number;
  readonly verdict: Verdict | null;
  readonly heading: Ref<HTMLHeadingElement>;
}

function ProfileHead({ review, item, place, total, verdict, heading }: ProfileHeadProps) {
  const { name, title, company, location, links, tags, employments, educations, resumes } = item.profile;
  return (
    <>
      <header className={styles.profile}>
        <Avatar name={name} large />
        <div>
          <p className={styles.eyebrow}>
            {place} of {total} {verdict ? <VerdictStatus verdict={verdict} /> : <Status shape="open">To do</Status>}
          </p>
          <h2 id="decide-name" ref={heading} tabIndex={-1} dir="auto">
            {name}
          </h2>
        </div>
      </header>
      <ul className={styles.facts}>
        {title || company ? (
          <li>
            <Briefcase aria-hidden="true" />
            <span>
              {title ? <bdi>{title}</bdi> : null}
              {title && company ? ' at ' : null}
              {company ? (
                <strong>
                  <bdi>{company}</bdi>
                </strong>
              ) : null}
            </span>
          </li>
        ) : null}
        {location ? (
          <li>
            <MapPin aria-hidden="true" />
            <bdi>{location}</bdi>
          </li>
        ) : null}
      </ul>
      {employments.length > 0 || educations.length > 0 || resumes.length > 0 ? (
        <div className={styles.past}>
          <Experience employments={employments} />
          <Education educations={educations} />
          <Files files={resumes} review={review} />
        </div>
      ) : null}
      {links.length > 0 ? (
        <ul className={styles.facts}>
          {links.map((link) => (
            <li key={link}>
              <ExternalLink aria-hidden="true" />
              <ProfileLink link={link} />
            </li>
          ))}
        </ul>
      ) : null}
      {tags.length > 0 ? (
        <ul className={styles.tags} aria-label="Tags">
          {tags.map((tag) => (
            <li key={tag} dir="auto">
              {tag}
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}

/** A page on the web; anything that is no address of one stays a text. */
function ProfileLink({ link }: { readonly link: string }) {
  const words = link.replace(/^https?:\/\/(www\.)?/, '').replace(/\/$/, '');
  if (!/^https?:\/\//.test(link) || !URL.canParse(link)) return <bdi>{words}</bdi>;
  return (
    <a href={link} target="_blank" rel="noopener noreferrer">
      <bdi>{words}</bdi>
      <span className="unseen"> (opens in a new tab)</span>
    </a>
  );
}

interface NoteFieldProps {
  readonly item: Item;
  readonly decisions: Decisions;
  readonly verdict: Verdict | null;
  readonly note: Ref<HTMLTextAreaElement>;
}

function NoteField({ item, decisions, verdict, note }: NoteFieldProps) {
  const id = useId();
  const { personId } = item;
  const said = decisions.said(personId);
  const draft = decisions.draft(personId);
  const entry = entryOf(said, draft);
  const left = charactersLeft(entry.note);
  const unsaved = isUnsaved(said, draft);
  return (
    <div className={styles.writing}>
      <div className={styles.aboutNote}>
        <label htmlFor={id}>
          Your note <span className={classes(styles.optional, 'faint')}>optional</span>
        </label>
        <span className={styles.readers}>
          <label htmlFor={`${id}-readers`}>Who may read it</label>
          <select
            id={`${id}-readers`}
            value={entry.visibility}
            onChange={({ target }) => decisions.type(personId, { visibility: target.value as NoteVisibility })}
          >
            {(Object.keys(READERS) as NoteVisibility[]).map((readers) => (
              <option key={readers} value={readers}>
                {READERS[readers]}
              </option>
            ))}
          </select>
        </span>
      </div>
      <textarea
        ref={note}
        id={id}
        rows={3}
        dir="auto"
        aria-describedby={`${id}-count`}
        placeholder={`What speaks for \u2068${firstName(item.profile.name)}\u2069, what against?`}
        value={entry.note}
        onChange={({ target }) => decisions.type(personId, { note: target.value })}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      <p className={styles.kept}>
        <span id={`${id}-count`} className={classes(styles.count, left < 0 && styles.over)}>
          {left > NEARLY_FULL
            ? ''
            : left < 0
              ? `${count(-left, 'character')} too many`
              : `${count(left, 'character')} left`}
        </span>
        {verdict && unsaved ? <span className={styles.unkept}>Note not saved yet</span> : null}
        {said ? (
          <>
            <Button look="quiet" small onClick={() => decisions.takeBack(item)}>
              Take back
            </Button>
            <Button look="quiet" small disabled={!unsaved} onClick={() => decisions.saveNote(item)}>
              Save note
            </Button>
          </>
        ) : null}
      </p>
    </div>
  );
}

interface ConflictNoteProps {
  readonly item: Item;
  readonly conflict: Conflict;
  readonly decisions: Decisions;
}

/** Both verdicts, and nothing is overwritten until one is chosen. */
function ConflictNote({ item, conflict, decisions }: ConflictNoteProps) {
  const { current, mine } = conflict;
  return (
    <div role="alert" className={styles.conflict}>
      <p>
        <strong>You gave a newer verdict in another tab or on another device.</strong> What you entered here is still
        below, but not saved.
      </p>
      <dl>
        <div>
          <dt>There</dt>
          <dd>
            {current ? <VerdictStatus verdict={current.verdict} /> : 'You took it back'}
            {current ? (
              <>
                {' '}
                <Time at={current.givenAt} as={exact} />
                <p dir="auto">{current.note}</p>
              </>
            ) : null}
          </dd>
        </div>
        <div>
          <dt>Here</dt>
          <dd>
            {mine.verdict ? <VerdictStatus verdict={mine.verdict} /> : 'Take it back'}
            <p dir="auto">{mine.note}</p>
          </dd>
        </div>
      </dl>
      <p className={styles.choices}>
        <Button onClick={() => decisions.keepNewer(item)}>Keep that</Button>
        <Button onClick={() => decisions.replace(item, conflict)}>
          {mine.verdict ? `Replace it with mine: ${VERDICT_WORDS[mine.verdict]}` : 'Take it back all the same'}
        </Button>
      </p>
    </div>
  );
}

interface OthersProps {
  readonly review: Review;
  readonly item: Item;
  readonly verdict: Verdict | null;
}

function Others({ review, item, verdict }: OthersProps) {
  const viewer = useViewer();
  if (review.reviewers.length < 2) return null;
  const others = item.verdicts.filter(({ reviewer }) => reviewer?.id !== viewer.id);
  if (item.othersHidden) {
    return (
      <p className={styles.hint}>
        <Status shape="hidden" plainWord>
          {verdict === 'SKIPPED'
            ? 'You skipped this person: what your colleagues say shows once you approve, star or reject.'
            : 'What your colleagues say shows once you have decided; a skip does not count.'}
        </Status>
      </p>
    );
  }
  if (others.length === 0)
    return <p className={styles.hint}>None of your colleagues has decided on this person yet.</p>;
  return (
    <section className={styles.others} aria-label="What your colleagues said">
      <h3>What your colleagues said</h3>
      <ul>
        {others.map((said) => (
          <li key={said.id}>
            <p>
              <strong dir="auto">{said.reviewer?.name ?? 'Somebody who has left'}</strong>
              <VerdictStatus verdict={said.verdict} />
            </p>
            {said.note ? (
              <p dir="auto" className={styles.said}>
                {said.note}
              </p>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

interface VerdictButtonsProps {
  readonly name: string;
  readonly verdict: Verdict | null;
  readonly onDecide: (verdict: Verdict) => void;
}

/** Always in sight, however long the profile and the note are. */
function VerdictButtons({ name, verdict, onDecide }: VerdictButtonsProps) {
  const { letterKeys } = useSyncExternalStore(subscribePreferences, loadPreferences);
  // Told to the page by an attribute: `:has()` at its root would have every change of any screen examined for it.
  useLayoutEffect(() => {
    const page = document.documentElement;
    page.dataset.thumbBar = '';
    return () => {
      delete page.dataset.thumbBar;
    };
  }, []);
  return (
    <fieldset className={styles.verdicts} aria-label={`Your verdict on ${name}`}>
      {ACTIONS.map(({ verdict: each, words, key, icon: Icon, look }) => (
        <button
          key={each}
          type="button"
          className={classes(styles.verdict, look)}
          aria-pressed={each === verdict}
          aria-keyshortcuts={letterKeys ? key : undefined}
          onClick={() => onDecide(each)}
        >
          <Icon aria-hidden="true" />
          <span>{words}</span>
          {letterKeys ? (
            <span aria-hidden="true" className={styles.key}>
              {key}
            </span>
          ) : null}
        </button>
      ))}
    </fieldset>
  );
}
