import { useApiQuery } from '../api/context';
import { PersonReviews, type ReviewStatus, type Verdict } from '../api/generated';
import { LongText } from '../ui/long-text';
import { Failure, Message, Skeleton } from '../ui/region';
import { type Shape, Status } from '../ui/status';
import { date, Time } from '../ui/time';
import { VERDICTS } from './activity';
import styles from './person.module.css';

const STATUSES: Record<ReviewStatus, string> = {
  SENT: 'Sent',
  IN_PROGRESS: 'In progress',
  COMPLETED: 'Completed',
  EXPIRED: 'Expired',
  CANCELLED: 'Cancelled',
};

const SHAPES: Record<Verdict, Shape> = { APPROVED: 'good', REJECTED: 'bad', STARRED: 'warn', SKIPPED: 'closed' };

/** In which reviews a person was put before whom, and the verdicts that one may see. */
export function Reviews({ person }: { readonly person: string }) {
  const query = useApiQuery(PersonReviews, { person });
  const reviews = query.data?.data.reviews?.nodes;
  if (!reviews) {
    if (query.isPending) return <Skeleton rows={4} label="Loading reviews" />;
    return (
      <Failure
        what="The reviews cannot be shown"
        reason={query.data?.problems[0]?.message ?? query.error?.message ?? ''}
        onRetry={() => void query.refetch()}
      />
    );
  }
  if (reviews.length === 0) {
    return (
      <Message within title="In no review">
        Nobody has been asked for a verdict on them, as far as you may see.
      </Message>
    );
  }
  return (
    <ul className={styles.reviews}>
      {reviews.map((review) => {
        const item = review.items.find(({ personId }) => personId === person);
        const done = review.reviewers.filter(({ finishedAt }) => finishedAt).length;
        return (
          <li key={review.id}>
            <h3 dir="auto">{review.jobTitle}</h3>
            <p className="faint small">
              {STATUSES[review.status]} · asked by {review.requestedBy?.name ?? 'a former colleague'},{' '}
              <Time at={review.createdAt} as={date} /> · {done} of {review.reviewers.length}{' '}
              {review.reviewers.length === 1 ? 'reviewer' : 'reviewers'} finished
            </p>
            {item?.disputed ? <Status shape="warn">Disputed</Status> : null}
            {item?.verdicts.map((verdict) => (
              <div key={verdict.id} className={styles.verdict}>
                <Status shape={SHAPES[verdict.verdict]} plainWord>
                  {`${verdict.reviewer?.name ?? 'A former colleague'}: ${VERDICTS[verdict.verdict]}`}
                </Status>
                {verdict.note ? <LongText text={verdict.note} /> : null}
              </div>
            ))}
            {item && item.verdicts.length === 0 ? <p className="soft">No verdict that you may see yet.</p> : null}
          </li>
        );
      })}
    </ul>
  );
}
