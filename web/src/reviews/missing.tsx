import { Link } from '@tanstack/react-router';
import { ApiError } from '../api/errors';
import { QueryFailure } from '../shell/query-failure';
import { buttonClass } from '../ui/button';
import { Message, Skeleton } from '../ui/region';
import type { useReview } from './use-review';

/** Instead of a review that is not there (yet). */
export function MissingReview({ query }: Pick<ReturnType<typeof useReview>, 'query'>) {
  if (query.isPending) return <Skeleton rows={6} label="Loading the review" />;
  const problem = query.data?.problems[0] ?? (query.error instanceof ApiError ? query.error.problems[0] : undefined);
  if (problem?.code === 'NOT_FOUND' || problem?.code === 'INVALID_ID') {
    return (
      <Message
        title="There is no such review"
        actions={
          <Link to="/reviews" className={buttonClass('plain')}>
            Reviews
          </Link>
        }
      >
        The link may be incomplete, or you are neither asked in it nor on its job’s team.
      </Message>
    );
  }
  return <QueryFailure what="The review cannot be shown" query={query} problem={problem} />;
}
