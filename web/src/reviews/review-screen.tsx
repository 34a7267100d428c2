import { Link, useParams } from '@tanstack/react-router';
import { Page } from '../shell/page';
import { buttonClass } from '../ui/button';
import { Sheet } from '../ui/sheet';
import { exact, Time } from '../ui/time';
import { ClosedText } from './closed';
import { DueWords } from './list';
import { Manage } from './manage';
import { Matrix } from './matrix';
import { MissingReview } from './missing';
import styles from './review-screen.module.css';
import { ReviewerList } from './reviewer-list';
import { people } from './rules';
import { useReview } from './use-review';
import { ReviewState } from './verdict';

export function ReviewScreen() {
  const { review: id } = useParams({ from: '/reviews/$review' });
  const { query, review, show } = useReview(id);
  if (!review) {
    return (
      <Page title="Review">
        <MissingReview query={query} />
      </Page>
    );
  }
  return (
    <Page
      title={review.jobTitle}
      act={
        review.viewerCan.decide ? (
          <Link to="/reviews/$review/decide" params={{ review: id }} className={buttonClass('primary')}>
            Decide
          </Link>
        ) : null
      }
    >
      <div className={styles.page}>
        <section className={styles.intro} aria-label="Request">
          <p className={styles.facts}>
            <ReviewState status={review.status} />
            <span>{people(review.peopleCount)}</span>
            <span>
              asked by <strong dir="auto">{review.requestedBy?.name ?? 'somebody who has left'}</strong>{' '}
              <Time at={review.createdAt} />
            </span>
            <DueWords review={review} />
            {review.dueAt && !review.closedAt ? <span className="faint">{exact(review.dueAt)}</span> : null}
            {review.job ? (
              <Link to="/jobs/$job/board" params={{ job: review.job.id }} className={styles.link}>
                The job’s board
              </Link>
            ) : null}
          </p>
          {review.note ? (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a long note scrolls by itself, also by keys
            <blockquote className={styles.note} dir="auto" tabIndex={0} aria-label="Note to the reviewers">
              {review.note}
            </blockquote>
          ) : null}
          {review.closedAt ? (
            <div className={styles.closed}>
              <ClosedText review={review} />
            </div>
          ) : null}
          {review.viewerCan.manage ? <Manage review={review} onChanged={show} /> : null}
        </section>
        <Sheet title="Verdicts">
          <Matrix review={review} />
        </Sheet>
        <Sheet title="Reviewers">
          <ReviewerList review={review} onChanged={show} />
        </Sheet>
      </div>
    </Page>
  );
}
