import { Link } from '@tanstack/react-router';
import { useViewer } from '../shell/viewer';
import { Button, buttonClass } from '../ui/button';
import { Message } from '../ui/region';
import { filterWords, isFiltered } from './list';
import type { JobsSearch } from './search';

interface NothingProps {
  readonly search: JobsSearch;
  readonly member: string | undefined;
  /** Jobs of any status that the other filters leave; undefined until it is known. */
  readonly ofAnyStatus: number | undefined;
  readonly onShowAll: () => void;
  readonly onClear: () => void;
}

/** Why there is no job to show: filtered away, not for the viewer, or nothing yet. */
export function Nothing({ search, member, ofAnyStatus, onShowAll, onClear }: NothingProps) {
  const { can } = useViewer();
  if (isFiltered(search)) {
    return (
      <Message title="No job fits" actions={<Button onClick={onClear}>Clear filters</Button>}>
        {`No job passes all of these filters. ${filterWords(search, member).join(' · ')}`}
      </Message>
    );
  }
  if (ofAnyStatus) {
    return (
      <Message title="No open job" actions={<Button onClick={onShowAll}>Show all jobs</Button>}>
        {ofAnyStatus === 1
          ? 'There is one that is a draft or closed.'
          : `There are ${ofAnyStatus} drafts and closed ones.`}
      </Message>
    );
  }
  if (!can.seeEveryJob) {
    return (
      <Message
        title="You are on no hiring team"
        actions={
          <Link to="/today" className={buttonClass('plain')}>
            See what waits for you
          </Link>
        }
      >
        A job appears here once you are on its hiring team in the applicant tracking system. What others ask you to
        decide is under Today, whichever job it is for.
      </Message>
    );
  }
  return (
    <Message
      title="No jobs yet"
      actions={
        <Link to="/settings/connections" className={buttonClass('plain')}>
          See the connections
        </Link>
      }
    >
      Jobs come from your applicant tracking system, as soon as it has been read.
    </Message>
  );
}
