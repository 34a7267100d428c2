import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useApiQuery } from '../api/context';
import { ReviewedJob } from '../api/generated';
import { JobBar, NoSuchJob } from '../jobs/parts';
import { Page } from '../shell/page';
import { Button } from '../ui/button';
import { Message } from '../ui/region';
import { ReviewList, useReviews } from './list';
import styles from './list.module.css';
import { RequestReviewLink } from './parts';

/** The tab "Reviews" of a job. */
export function JobReviewsScreen() {
  const { job } = useParams({ from: '/jobs/$job/reviews' });
  const search = useSearch({ from: '/jobs/$job/reviews' });
  const navigate = useNavigate({ from: '/jobs/$job/reviews' });
  const about = useApiQuery(ReviewedJob, { job });
  const list = useReviews({ job, openOnly: search.state === undefined });
  const any = search.state === 'any';
  const toggle = () => void navigate({ search: any ? {} : { state: 'any' }, replace: true });
  if (about.data?.problems.some(({ code }) => code === 'NOT_FOUND')) {
    return (
      <Page title="Reviews">
        <NoSuchJob />
      </Page>
    );
  }
  return (
    <Page title={about.data?.data.job?.title ?? 'Reviews'} fixed act={<RequestReviewLink job={job} />}>
      <JobBar job={job} />
      <div className={styles.content}>
        <div className={styles.bar}>
          <span className={styles.push} />
          <button type="button" className={styles.choice} aria-pressed={any} onClick={toggle}>
            Closed ones too
          </button>
        </div>
        <ReviewList
          {...list}
          ofJob
          nothing={
            <Message
              title={any ? 'No review of this job yet' : 'No review of this job is open'}
              actions={any ? null : <Button onClick={toggle}>Show closed ones too</Button>}
            >
              A review puts people who applied before colleagues, who say whom to go on with.
            </Message>
          }
        />
      </div>
    </Page>
  );
}
