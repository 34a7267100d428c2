// What other screens show of reviews.

import { Link } from '@tanstack/react-router';
import { useViewer } from '../shell/viewer';
import { buttonClass } from '../ui/button';
import { later } from '../ui/later';

/** Asks reviewers about everybody of an action on many people. */
export const { View: BulkRequest } = later(async () => (await import('./bulk-request')).BulkRequest);

interface RequestReviewLinkProps {
  readonly job?: string | undefined;
  readonly people?: readonly string[];
}

/** Leads to asking for a review of these people; nothing for those who may not ask for one. */
export function RequestReviewLink({ job, people = [] }: RequestReviewLinkProps) {
  if (!useViewer().can.requestReviews) return null;
  return (
    <Link
      to="/reviews/new"
      search={{ ...(job ? { job } : {}), ...(people.length > 0 ? { people: people.join(',') } : {}) }}
      className={buttonClass('primary')}
    >
      Request review
    </Link>
  );
}
