import { Status } from '../ui/status';
import { exact, Time } from '../ui/time';
import type { Review } from './use-review';

/** Why verdicts can no longer be given, since when, and by whom; nothing while they can. */
export function ClosedText({ review }: { readonly review: Review }) {
  if (!review.closedAt) return null;
  const when = <Time at={review.closedAt} as={exact} />;
  switch (review.status) {
    case 'COMPLETED':
      return (
        <>
          <Status shape="good" large>
            This review is complete
          </Status>
          <p>Every reviewer has finished, the last one on {when}.</p>
        </>
      );
    case 'CANCELLED':
      return (
        <>
          <Status shape="closed" large>
            This review was cancelled
          </Status>
          <p>
            <bdi>{review.cancelledBy ?? 'Somebody on the team'}</bdi> cancelled it on {when}. What was saved is kept.
          </p>
        </>
      );
    default:
      return (
        <>
          <Status shape="closed" large>
            This review has expired
          </Status>
          <p>Its links ended before all had decided: on {when}. What was saved is kept.</p>
        </>
      );
  }
}
