import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useApiQuery } from '../api/context';
import { JobFunnel, type JobFunnelQuery } from '../api/generated';
import { JobBar, NoSuchJob } from '../jobs/parts';
import { Page } from '../shell/page';
import { QueryFailure } from '../shell/query-failure';
import { Button } from '../ui/button';
import { dimmedWhile, Message, Skeleton } from '../ui/region';
import { Segments } from '../ui/segments';
import { Sheet } from '../ui/sheet';
import { clock, date } from '../ui/time';
import { RateRange, RateText } from '../uncertainty/rate';
import { counts, percentage } from '../uncertainty/rates';
import { KINDS } from './parts';
import styles from './screen.module.css';

type Funnel = NonNullable<NonNullable<JobFunnelQuery['job']>['funnel']>;
type Stage = Funnel['stages'][number];

const DAY_MS = 24 * 3600 * 1000;

export function JobAnalyticsScreen() {
  const { job: jobId } = useParams({ from: '/jobs/$job/analytics' });
  const { from, to, rate } = useSearch({ from: '/jobs/$job/analytics' });
  const navigate = useNavigate({ from: '/jobs/$job/analytics' });
  const funnel = useApiQuery(
    JobFunnel,
    {
      job: jobId,
      from: from ? new Date(`${from}T00:00`).toISOString() : null,
      // The last day counts as a whole.
      until: to ? new Date(Date.parse(`${to}T00:00`) + DAY_MS).toISOString() : null,
    },
    { keep: true },
  );
  const job = funnel.data?.data.job;
  const problem = funnel.data?.problems[0];
  const set = (changed: { from?: string | undefined; to?: string | undefined; rate?: 'entered' | undefined }) =>
    void navigate({
      search: (old) =>
        Object.fromEntries(Object.entries({ ...old, ...changed }).filter(([, value]) => value)) as typeof old,
      replace: true,
    });

  return (
    <Page title={job?.title ?? 'Analytics'} fixed>
      <JobBar job={jobId} />
      <div className={styles.filters}>
        <label>
          Applied from
          <input type="date" value={from ?? ''} max={to} onChange={({ target }) => set({ from: target.value })} />
        </label>
        <label>
          to
          <input type="date" value={to ?? ''} min={from} onChange={({ target }) => set({ to: target.value })} />
        </label>
        {from || to ? (
          <Button look="quiet" onClick={() => set({ from: undefined, to: undefined })}>
            All of them
          </Button>
        ) : null}
        <p className={styles.said}>{restated(from, to)}</p>
      </div>
      <div className={styles.content}>
        {job?.funnel ? (
          <div {...dimmedWhile(funnel.isPlaceholderData)}>
            <FunnelSheet
              funnel={job.funnel}
              entered={rate === 'entered'}
              onRate={(entered) => set({ rate: entered ? 'entered' : undefined })}
            />
          </div>
        ) : funnel.isPending ? (
          <Skeleton rows={7} label="Loading the funnel" />
        ) : job === null && problem?.code === 'NOT_FOUND' ? (
          <NoSuchJob />
        ) : (
          <QueryFailure what="The funnel cannot be shown" query={funnel} problem={problem} />
        )}
      </div>
    </Page>
  );
}

function restated(from: string | undefined, to: string | undefined): string {
  const now = Date.now();
  if (from && to) return `People who applied between ${date(from, now)} and ${date(to, now)}, followed until today`;
  if (from) return `People who applied since ${date(from, now)}, followed until today`;
  if (to) return `People who applied until ${date(to, now)}, followed until today`;
  return 'Everybody who ever applied, followed until today';
}

function FunnelSheet({
  funnel,
  entered,
  onRate,
}: {
  funnel: Funnel;
  entered: boolean;
  onRate: (entered: boolean) => void;
}) {
  if (funnel.applications === 0) {
    return <Message title="Nobody applied in this time">Choose other dates, or look at all of them.</Message>;
  }
  return (
    <Sheet
      title="Funnel"
      beside={
        <>
          <Segments
            label="Rate"
            options={[
              { value: 'decided', name: 'Of those decided on' },
              { value: 'entered', name: 'Of all who entered' },
            ]}
            value={entered ? 'entered' : 'decided'}
            onChange={(value) => onRate(value === 'entered')}
          />
          <span className="faint small" title={funnel.definition}>
            as of {clock(funnel.asOf)}
          </span>
        </>
      }
    >
      <p className={styles.finding}>{finding(funnel)}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">Stage</th>
            <th scope="col" className="figure">
              Reached
            </th>
            <th scope="col" className="figure">
              Advanced
            </th>
            <th scope="col" className="figure">
              Exited
            </th>
            <th scope="col" className="figure">
              Still waiting
            </th>
            <th scope="col" className="figure">
              Skipped
            </th>
            <th scope="col">Rate</th>
            <th scope="col">0 to 100 %</th>
          </tr>
        </thead>
        <tbody>
          {funnel.stages.map((stage) => (
            <StageRow key={stage.kind} stage={stage} entered={entered} />
          ))}
        </tbody>
      </table>
    </Sheet>
  );
}

function StageRow({ stage, entered }: { readonly stage: Stage; readonly entered: boolean }) {
  const rate = entered ? stage.passthroughEntered : stage.passthroughDecided;
  return (
    <tr>
      <th scope="row">{KINDS[stage.kind]}</th>
      <td className="figure">{stage.reached}</td>
      <td className="figure">{rate ? stage.advanced : ''}</td>
      <td className="figure">{stage.exited}</td>
      <td className={`figure ${styles.waiting}`}>{stage.waiting}</td>
      <td className="figure">{stage.skipped}</td>
      <td>{rate ? <RateText rate={rate} /> : null}</td>
      <td>{rate ? <RateRange rate={rate} /> : null}</td>
    </tr>
  );
}

/** The stage in which most people end, as a sentence. */
function finding({ stages, applications }: Funnel): string {
  const decided = stages.filter((stage) => stage.passthroughDecided && stage.passthroughDecided.denominator >= 20);
  const lowest = decided.toSorted(
    (one, other) => (one.passthroughDecided?.value ?? 1) - (other.passthroughDecided?.value ?? 1),
  )[0];
  const people = applications === 1 ? '1 application' : `${applications} applications`;
  if (!lowest?.passthroughDecided) return `${people}: too few have been decided on to compare the stages.`;
  const rate = lowest.passthroughDecided;
  return `Of ${people}, fewest go on from ${KINDS[lowest.kind]}: ${counts(rate)} decided on, ${percentage(rate)}.`;
}
