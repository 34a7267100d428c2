import { useNavigate, useSearch } from '@tanstack/react-router';
import { Page } from '../shell/page';
import { useViewer } from '../shell/viewer';
import { Button } from '../ui/button';
import { Menu } from '../ui/menu';
import { Message } from '../ui/region';
import { ReviewList, type ReviewRow, useReviews } from './list';
import styles from './list.module.css';
import { RequestReviewLink } from './parts';

const BOXES = [
  { value: undefined, name: 'Waiting for me', box: 'WAITING_FOR_ME' },
  { value: 'asked', name: 'I asked', box: 'ASKED_BY_ME' },
  { value: 'all', name: 'All', box: undefined },
] as const;

export function ReviewsScreen() {
  const search = useSearch({ from: '/reviews' });
  const navigate = useNavigate({ from: '/reviews' });
  const mayAsk = useViewer().can.requestReviews;
  const boxes = BOXES.filter(({ value }) => value !== 'asked' || mayAsk);
  const chosen = boxes.find(({ value }) => value === search.box) ?? BOXES[0];
  const waiting = chosen.box === 'WAITING_FOR_ME';
  const list = useReviews({ job: search.job, box: chosen.box, openOnly: !waiting && search.state === undefined });
  const setSearch = (changed: Partial<typeof search>) =>
    void navigate({
      search: (old) => ({ ...old, ...changed }),
      replace: true,
    });

  return (
    <Page title="Reviews" act={<RequestReviewLink job={search.job} />}>
      <div className={styles.bar}>
        <fieldset aria-label="Box">
          {boxes.map(({ value, name }) => (
            <button
              key={name}
              type="button"
              className={styles.choice}
              aria-pressed={chosen.value === value}
              onClick={() => setSearch({ box: value })}
            >
              {name}
            </button>
          ))}
        </fieldset>
        <span className={styles.push} />
        <JobFilter rows={list.rows ?? []} job={search.job} onChange={(job) => setSearch({ job })} />
        {waiting ? null : (
          <button
            type="button"
            className={styles.choice}
            aria-pressed={search.state === 'any'}
            onClick={() => setSearch({ state: search.state ? undefined : 'any' })}
          >
            Closed ones too
          </button>
        )}
      </div>
      <ReviewList
        {...list}
        nothing={
          search.job ? (
            <Message
              title="No review fits"
              actions={<Button onClick={() => setSearch({ job: undefined })}>Reviews of any job</Button>}
            >
              There is none of this job in this box.
            </Message>
          ) : (
            <Nothing
              box={chosen.box}
              open={search.state === undefined}
              mayAsk={mayAsk}
              onBox={(box) => setSearch({ box })}
              onAny={() => setSearch({ state: 'any' })}
            />
          )
        }
      />
    </Page>
  );
}

interface NothingProps {
  readonly box: (typeof BOXES)[number]['box'];
  readonly open: boolean;
  readonly mayAsk: boolean;
  readonly onBox: (box: 'asked' | 'all') => void;
  readonly onAny: () => void;
}

function Nothing({ box, open, mayAsk, onBox, onAny }: NothingProps) {
  if (box === 'WAITING_FOR_ME') {
    return (
      <Message
        title="Nothing waits for you"
        actions={
          <>
            {mayAsk ? <Button onClick={() => onBox('asked')}>Those I asked for</Button> : null}
            <Button onClick={() => onBox('all')}>All reviews</Button>
          </>
        }
      >
        When somebody asks what you think of people, it appears here, the first due first.
      </Message>
    );
  }
  return (
    <Message
      title={open ? 'No review is open' : 'No review yet'}
      actions={open ? <Button onClick={onAny}>Show closed ones too</Button> : null}
    >
      {box === 'ASKED_BY_ME'
        ? 'A review puts people before colleagues, who get a link by mail and say whom to go on with.'
        : 'You see those you asked for, those you are asked in, and those of the jobs you see.'}
    </Message>
  );
}

interface JobFilterProps {
  readonly rows: readonly ReviewRow[];
  readonly job: string | undefined;
  readonly onChange: (job: string | undefined) => void;
}

/** The jobs of the reviews that are shown, each with their number. */
function JobFilter({ rows, job, onChange }: JobFilterProps) {
  const jobs = new Map<string, { title: string; count: number }>();
  for (const row of rows) {
    if (row.job) jobs.set(row.job.id, { title: row.jobTitle, count: (jobs.get(row.job.id)?.count ?? 0) + 1 });
  }
  const title = job ? (jobs.get(job)?.title ?? 'one job') : undefined;
  if (!job && jobs.size < 2) return null;
  return (
    <Menu trigger={title ? `Job: ${title}` : 'Job'} triggerClass={styles.filter}>
      {({ MenuChoices, MenuChoice }) => (
        <MenuChoices chosen={job ?? ''}>
          <MenuChoice value="" onSelect={() => onChange(undefined)}>
            Any job
          </MenuChoice>
          {[...jobs].map(([id, each]) => (
            <MenuChoice key={id} value={id} end={each.count} onSelect={() => onChange(id)}>
              {each.title}
            </MenuChoice>
          ))}
        </MenuChoices>
      )}
    </Menu>
  );
}
