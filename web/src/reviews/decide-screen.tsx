import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { type Key, usePageKeys } from '../shell/keys';
import { Page } from '../shell/page';
import { useViewer } from '../shell/viewer';
import { buttonClass } from '../ui/button';
import { Message } from '../ui/region';
import { ClosedNotes } from './closed-notes';
import { placeOf } from './decide';
import { DecideCard } from './decide-card';
import styles from './decide-screen.module.css';
import { Summary } from './decide-summary';
import { DueWords } from './list';
import { MissingReview } from './missing';
import { PeopleStrip } from './people-strip';
import { useDecisions } from './use-decisions';
import { type Review, useReview } from './use-review';

export function DecideScreen() {
  const { review: id } = useParams({ from: '/reviews/$review/decide' });
  const loaded = useReview(id);
  const { review } = loaded;
  if (!review) {
    return (
      <Page title="Review">
        <MissingReview query={loaded.query} />
      </Page>
    );
  }
  return <Desk key={id} loaded={loaded} review={review} />;
}

interface DeskProps {
  readonly loaded: ReturnType<typeof useReview>;
  readonly review: Review;
}

function Desk({ loaded, review }: DeskProps) {
  const viewer = useViewer();
  const search = useSearch({ from: '/reviews/$review/decide' });
  const navigate = useNavigate({ from: '/reviews/$review/decide' });
  const decisions = useDecisions(loaded, review, viewer.id);
  const { decided } = decisions;
  // Without a place in the URL it is the first person without a verdict; it stays while one decides.
  const begun = useRef(placeOf(search.p, decided));
  const place = search.p === undefined ? begun.current : placeOf(search.p, decided);
  const asked = review.reviewers.some(({ user }) => user?.id === viewer.id);
  const open = review.viewerCan.decide;

  const go = (to: number | 'summary') => {
    if (place !== 'summary') decisions.keep(place);
    const next = to !== 'summary' && to > review.items.length ? 'summary' : to;
    void navigate({ search: { p: String(next) }, replace: true });
  };
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(place);
  useEffect(() => {
    if (shown.current === place) return;
    shown.current = place;
    heading.current?.focus({ preventScroll: true });
    const card = heading.current?.closest('article, section');
    const above = card?.parentElement?.getBoundingClientRect().top ?? 0;
    if (card && card.getBoundingClientRect().top < above) card.scrollIntoView({ block: 'start' });
  }, [place]);
  const decide = (verdict: Parameters<typeof decisions.decide>[1]) => {
    if (place === 'summary') return;
    const next = decisions.decide(place, verdict);
    if (next !== null) void navigate({ search: { p: String(next) }, replace: true });
  };
  const note = useRef<HTMLTextAreaElement>(null);
  usePageKeys(
    'Review',
    open ? keysOf({ place, last: review.items.length, go, decide, note, undo: decisions.undo }) : [],
  );

  const number = decided.filter(Boolean).length;
  const total = review.items.length;
  const progress = (
    <div className={styles.progress}>
      <span id="review-progress">{`${number} of ${total} decided`}</span>
      <progress value={number} max={total} aria-labelledby="review-progress" />
    </div>
  );
  if (!asked) {
    return (
      <Page title={review.jobTitle}>
        <Message
          title="You are not asked in this review"
          actions={
            <Link to="/reviews/$review" params={{ review: review.id }} className={buttonClass('plain')}>
              What was said
            </Link>
          }
        >
          Only its reviewers give verdicts.
        </Message>
      </Page>
    );
  }
  return (
    <Page title={review.jobTitle} fixed act={progress}>
      <div className={styles.desk}>
        <PeopleStrip review={review} decisions={decisions} place={place} onGo={go} />
        <div className={styles.stage}>
          <section className={styles.intro} aria-label="Request">
            <p className={styles.facts}>
              <span>
                asked by <strong dir="auto">{review.requestedBy?.name ?? 'somebody who has left'}</strong>
              </span>
              <DueWords review={review} />
              <Link to="/reviews/$review" params={{ review: review.id }} className={styles.link}>
                What everybody said
              </Link>
            </p>
            {review.note ? (
              // biome-ignore lint/a11y/noNoninteractiveTabindex: a long note scrolls by itself, also by keys
              <blockquote className={styles.asked} dir="auto" tabIndex={0} aria-label="Note from the requester">
                {review.note}
              </blockquote>
            ) : null}
          </section>
          {review.closedAt ? <ClosedNotes review={review} decisions={decisions} /> : null}
          {place === 'summary' ? (
            <Summary review={review} decisions={decisions} heading={heading} onGo={go} />
          ) : (
            <DecideCard
              key={place}
              review={review}
              decisions={decisions}
              place={place}
              heading={heading}
              note={note}
              onDecide={decide}
              onGo={go}
            />
          )}
        </div>
      </div>
    </Page>
  );
}

interface KeysOf {
  readonly place: number | 'summary';
  readonly last: number;
  readonly go: (to: number | 'summary') => void;
  readonly decide: (verdict: 'APPROVED' | 'STARRED' | 'REJECTED' | 'SKIPPED') => void;
  readonly note: { readonly current: HTMLTextAreaElement | null };
  readonly undo: () => void;
}

/** The keys of the page that reviewers reach from their mail. */
function keysOf({ place, last, go, decide, note, undo }: KeysOf): Key[] {
  return [
    { key: 'a', name: 'Approve', perform: () => decide('APPROVED') },
    { key: 's', name: 'Star', perform: () => decide('STARRED') },
    { key: 'r', name: 'Reject', perform: () => decide('REJECTED') },
    { key: 'k', name: 'Skip', perform: () => decide('SKIPPED') },
    { key: 'n', name: 'Write a note', perform: () => note.current?.focus() },
    { key: 'u', name: 'Undo, while it is offered', perform: undo },
    {
      key: 'ArrowLeft',
      name: 'Previous',
      perform: () => {
        if (place === 'summary') go(last);
        else if (place > 1) go(place - 1);
      },
    },
    {
      key: 'ArrowRight',
      name: 'Next',
      perform: () => {
        if (place !== 'summary') go(place + 1);
      },
    },
  ];
}
