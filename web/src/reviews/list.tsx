// Lists of reviews: in boxes, and those of one job.

import { Link } from '@tanstack/react-router';
import { type ReactNode, useMemo } from 'react';
import { useLive, useServices } from '../api/context';
import { type ReviewBox, type ReviewRowFragment, Reviews, ReviewsChanged } from '../api/generated';
import { useApiPages } from '../api/pages';
import { QueryFailure } from '../shell/query-failure';
import { Button } from '../ui/button';
import { firstName } from '../ui/names';
import { dimmedWhile, Skeleton } from '../ui/region';
import { Status } from '../ui/status';
import { date, exact, Time } from '../ui/time';
import styles from './list.module.css';
import { due, isOpen, people } from './rules';
import { ReviewState } from './verdict';

export type ReviewRow = ReviewRowFragment;

/** Reviews that neither oneself asked for nor is asked in bring no changes: they are looked at again after this time. */
const RELOAD_MS = 60_000;

interface Wanted {
  readonly job?: string | undefined;
  readonly box?: ReviewBox | undefined;
  readonly openOnly: boolean;
}

/** A list, a page at a time, which keeps itself up to date. */
export function useReviews({ job, box, openOnly }: Wanted) {
  const { cache } = useServices();
  const variables = { job: job ?? null, box: box ?? null, openOnly };
  const { query: reviews } = useApiPages(Reviews, variables, (data) => data.reviews, { every: RELOAD_MS });
  const reload = () => void cache.invalidateQueries({ queryKey: [Reviews.name] });
  const cursor = reviews.data?.pages[0]?.data.cursor ?? null;
  useLive(ReviewsChanged, reviews.data ? {} : null, cursor, (result) => result.reviewsChanged, {
    onChange: reload,
    onGap: reload,
  });
  const rows = useMemo(
    () =>
      reviews.data?.pages.every(({ data }) => data.reviews)
        ? reviews.data.pages.flatMap(({ data }) => data.reviews?.nodes ?? [])
        : undefined,
    [reviews.data],
  );
  return { reviews, rows };
}

interface ReviewListProps extends ReturnType<typeof useReviews> {
  /** Shown if there are none. */
  readonly nothing: ReactNode;
  /** The list is of one job, which the rows need not name. */
  readonly ofJob?: boolean;
}

export function ReviewList({ reviews, rows, nothing, ofJob = false }: ReviewListProps) {
  if (!rows) {
    if (reviews.isPending) return <Skeleton rows={5} label="Loading reviews" />;
    const problem = reviews.data?.pages.flatMap((page) => page.problems)[0];
    return <QueryFailure what="The reviews cannot be shown" query={reviews} problem={problem} />;
  }
  if (rows.length === 0) return nothing;
  return (
    <div {...dimmedWhile(reviews.isPlaceholderData)}>
      <div className={styles.sheet}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{ofJob ? 'Review' : 'Job'}</th>
              <th scope="col">Asked by</th>
              <th scope="col">Due</th>
              <th scope="col">Progress</th>
              <th scope="col">State</th>
              <th scope="col">
                <span className="unseen">What to do</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((review) => (
              <Row key={review.id} review={review} ofJob={ofJob} />
            ))}
          </tbody>
        </table>
      </div>
      {reviews.hasNextPage ? (
        <div className={styles.more}>
          <Button onClick={() => void reviews.fetchNextPage()} disabled={reviews.isFetchingNextPage}>
            Show more
          </Button>
        </div>
      ) : null}
    </div>
  );
}

function Row({ review, ofJob }: { readonly review: ReviewRow; readonly ofJob: boolean }) {
  return (
    <tr>
      <th scope="row">
        <Link to="/reviews/$review" params={{ review: review.id }} className={styles.title} dir="auto">
          {ofJob ? people(review.peopleCount) : review.jobTitle}
        </Link>
        <span className={styles.below}>
          {ofJob ? null : people(review.peopleCount)}
          {ofJob ? null : ', '}
          asked <Time at={review.createdAt} />
        </span>
      </th>
      <td dir="auto" className={styles.by}>
        <span className={styles.narrowOnly}>asked by </span>
        {review.requestedBy?.name ?? 'Somebody who has left'}
      </td>
      <td>
        <DueWords review={review} />
      </td>
      <td>
        <Progress review={review} />
      </td>
      <td className={styles.state}>
        <ReviewState status={review.status} />
        {review.disputedCount > 0 ? <Status shape="conflict">{`${review.disputedCount} disputed`}</Status> : null}
      </td>
      <td className={styles.act}>
        {review.viewerCan.decide ? (
          <Link to="/reviews/$review/decide" params={{ review: review.id }} className={styles.decide}>
            Decide
            <span className="unseen">
              {' '}
              on {people(review.peopleCount)} for {review.jobTitle}
            </span>
          </Link>
        ) : null}
      </td>
    </tr>
  );
}

export function DueWords({ review }: { readonly review: Pick<ReviewRow, 'dueAt' | 'status' | 'closedAt'> }) {
  const now = Date.now();
  if (!isOpen(review.status) && review.closedAt) {
    return (
      <span className="soft">
        closed <Time at={review.closedAt} as={date} />
      </span>
    );
  }
  const { words, overdue } = due(review.dueAt, review.status, now);
  return overdue ? (
    <Status shape="warn">{words}</Status>
  ) : (
    <span className="soft" title={review.dueAt ? exact(review.dueAt) : undefined}>
      {words}
    </span>
  );
}

function Progress({ review }: { readonly review: ReviewRow }) {
  return (
    <ul className={styles.progress}>
      {review.reviewers.map((reviewer) => (
        <li key={reviewer.user?.id ?? reviewer.name} title={reviewer.name}>
          <bdi>{firstName(reviewer.name)}</bdi>{' '}
          {reviewer.finishedAt ? 'finished' : `${reviewer.decided} of ${review.peopleCount}`}
        </li>
      ))}
    </ul>
  );
}
