import type { Ref } from 'react';
import { useViewer } from '../shell/viewer';
import { Avatar } from '../ui/avatar';
import { Button } from '../ui/button';
import { Status } from '../ui/status';
import { exact, Time } from '../ui/time';
import card from './decide-card.module.css';
import styles from './decide-screen.module.css';
import { VERDICT_WORDS, VERDICTS } from './rules';
import type { Decisions } from './use-decisions';
import type { Review } from './use-review';
import { VERDICT_SHAPES, VerdictStatus } from './verdict';

interface SummaryProps {
  readonly review: Review;
  readonly decisions: Decisions;
  readonly heading: Ref<HTMLHeadingElement>;
  readonly onGo: (place: number | 'summary') => void;
}

export function Summary({ review, decisions, heading, onGo }: SummaryProps) {
  const verdicts = review.items.map((item) => decisions.verdict(item.personId));
  return (
    <section className={card.card} aria-labelledby="summary-name">
      <div className={card.content}>
        <p className="faint">Summary</p>
        <h2 id="summary-name" ref={heading} tabIndex={-1}>
          Your verdicts
        </h2>
        <ul className={styles.tally}>
          {VERDICTS.map((verdict) => (
            <li key={verdict}>
              <strong>{verdicts.filter((each) => each === verdict).length}</strong>
              <Status shape={VERDICT_SHAPES[verdict]}>{VERDICT_WORDS[verdict]}</Status>
            </li>
          ))}
        </ul>
        <ol className={styles.list}>
          {review.items.map((item, index) => {
            const verdict = verdicts[index];
            const note = verdict ? decisions.said(item.personId)?.note : '';
            return (
              <li key={item.personId}>
                <button type="button" onClick={() => onGo(index + 1)}>
                  <Avatar name={item.profile.name} />
                  <span className={styles.about}>
                    <strong dir="auto">{item.profile.name}</strong>
                    {note ? (
                      <span className="soft cut" dir="auto">
                        {note}
                      </span>
                    ) : null}
                  </span>
                  {verdict ? <VerdictStatus verdict={verdict} /> : <Status shape="open">To do</Status>}
                </button>
              </li>
            );
          })}
        </ol>
        <Finish review={review} decisions={decisions} onGo={onGo} />
      </div>
    </section>
  );
}

function Finish({ review, decisions, onGo }: Omit<SummaryProps, 'heading'>) {
  const viewer = useViewer();
  const finishedAt = review.reviewers.find(({ user }) => user?.id === viewer.id)?.finishedAt;
  const open = decisions.decided.indexOf(false);
  const left = decisions.decided.filter((done) => !done).length;
  if (!review.viewerCan.decide) return null;
  if (finishedAt) {
    return (
      <div className={styles.finish}>
        <p>
          <strong>
            You finished on <Time at={finishedAt} as={exact} />.
          </strong>{' '}
          Thank you! You can still change a verdict until every reviewer has finished.
        </p>
      </div>
    );
  }
  if (left > 0) {
    return (
      <div className={styles.finish}>
        <p>
          <strong>{left} still to do.</strong> You can finish once you have decided on everyone; skipping counts.
        </p>
        <Button look="primary" onClick={() => onGo(open + 1)}>
          Go on
        </Button>
      </div>
    );
  }
  return (
    <div className={styles.finish}>
      <p>
        That was everybody. When you finish, <bdi>{review.requestedBy?.name ?? 'the requester'}</bdi> is told as soon as
        all reviewers are done.
      </p>
      <Button look="primary" disabled={decisions.finishing || decisions.busy} onClick={() => void decisions.finish()}>
        Finish review
      </Button>
    </div>
  );
}
