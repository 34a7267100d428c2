// The steps of a check-in, but the last one.

import { Link } from '@tanstack/react-router';
import { KINDS } from '../analytics/parts';
import type { CheckInPartsFragment } from '../api/generated';
import { countWords as lateWords, reasonWords, severityShape } from '../attention/parts';
import { Failure } from '../ui/region';
import { Status } from '../ui/status';
import { Time } from '../ui/time';
import { RateText } from '../uncertainty/rate';
import styles from './screen.module.css';
import { changeWords, countWords, DIFFERENCES, ratingWords, reasonsWords } from './steps';

export type Parts = Omit<CheckInPartsFragment, 'topCandidates'> & {
  readonly topCandidates: readonly (CheckInPartsFragment['topCandidates'][number] & {
    readonly ratings?: number;
    readonly ratingsFor?: number;
  })[];
};

interface PartProps {
  readonly checkIn: Parts;
}

interface PersonProps {
  readonly job: string | undefined;
  readonly application: string;
  readonly person: { readonly name: string } | null;
}

/** Somebody by name, who leads to their card; who is gone by now has no name. */
function Person({ job, application, person }: PersonProps) {
  if (!person || !job) return <span className="faint">Somebody</span>;
  return (
    <Link to="/jobs/$job/board" params={{ job }} search={{ open: application }} dir="auto">
      {person.name}
    </Link>
  );
}

export function SinceLastTime({ checkIn }: PartProps) {
  const { changeCounts, changes, job, doneActions } = checkIn;
  const total = changeCounts.reduce((sum, { count }) => sum + count, 0);
  return (
    <>
      {total === 0 ? <p className="faint">Nothing has happened with an application.</p> : null}
      <dl className={styles.figures}>
        {changeCounts.map(({ kind, count }) => (
          <div key={kind}>
            <dt>{countWords(kind, count)}</dt>
            <dd>{count}</dd>
          </div>
        ))}
        {doneActions.length > 0 ? (
          <div>
            <dt>{doneActions.length === 1 ? 'action done' : 'actions done'}</dt>
            <dd>{doneActions.length}</dd>
          </div>
        ) : null}
      </dl>
      {changes.length > 0 ? (
        <ul className={styles.list} aria-label="What happened">
          {changes.map((change, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two scorecards may come at one moment; rows keep nothing
            <li key={`${change.applicationId} ${change.kind} ${change.occurredAt} ${index}`}>
              <span>
                <Person job={job?.id} application={change.applicationId} person={change.person} />{' '}
                <span dir="auto">{changeWords(change)}</span>
              </span>
              <span className="faint">
                <Time at={change.occurredAt} />
              </span>
            </li>
          ))}
        </ul>
      ) : null}
      {total > changes.length ? <p className="faint">{total - changes.length} more before.</p> : null}
    </>
  );
}

export function WhoIsWhere({ checkIn }: PartProps) {
  const { stages, topCandidates, offersOut, job } = checkIn;
  return (
    <>
      <dl className={styles.figures}>
        {stages.map(({ stage, count, red, yellow }) => (
          <div key={stage.id}>
            <dt dir="auto">{stage.name}</dt>
            <dd>{count}</dd>
            {red + yellow > 0 ? (
              <dd className={styles.late}>
                <Status shape={red > 0 ? 'bad' : 'warn'}>{lateWords(red, yellow)}</Status>
              </dd>
            ) : null}
          </div>
        ))}
      </dl>
      <h3 className={styles.part}>On top</h3>
      {topCandidates.length === 0 ? <p className="faint">Nobody is ahead of the others yet.</p> : null}
      <ol className={styles.list} aria-label="On top">
        {topCandidates.map((top) => (
          <li key={top.applicationId}>
            <span>
              <Person job={job?.id} application={top.applicationId} person={top.person} />
              {', '}
              <span dir="auto">{top.stage.name}</span>
            </span>
            <span className="faint">{[reasonsWords(top.reasons), ratingWords(top)].filter(Boolean).join(' · ')}</span>
          </li>
        ))}
      </ol>
      {offersOut && offersOut.length > 0 ? (
        <>
          <h3 className={styles.part}>Offers out</h3>
          <ul className={styles.list} aria-label="Offers out">
            {offersOut.map((offer) => (
              <li key={offer.id}>
                <Person job={job?.id} application={offer.applicationId} person={offer.person} />
                <span className="faint">
                  {offer.sentAt ? (
                    <>
                      sent <Time at={offer.sentAt} />, no answer yet
                    </>
                  ) : (
                    <>
                      made <Time at={offer.createdAt} />, not sent yet
                    </>
                  )}
                </span>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </>
  );
}

interface FallibleProps extends PartProps {
  readonly reason: string | undefined;
  readonly onRetry: () => void;
}

export function WhoNeedsWhat({ checkIn, reason, onRetry }: FallibleProps) {
  const flags = checkIn.attention?.flags;
  if (!flags) {
    return <Failure what="What is late cannot be shown" reason={reason ?? 'The rest is there.'} onRetry={onRetry} />;
  }
  const counts = checkIn.attention?.counts;
  const more = (counts ? counts.red + counts.yellow : 0) - flags.nodes.length;
  if (flags.nodes.length === 0) return <p className="faint">Nobody owes anybody anything that is late.</p>;
  return (
    <>
      <ul className={styles.list} aria-label="What is late">
        {flags.nodes.map((flag) => (
          <li key={flag.id}>
            <span className={styles.needs}>
              <Status shape={severityShape(flag.severity)}>{reasonWords(flag.reason)}</Status>
              <Person job={checkIn.job?.id} application={flag.applicationId} person={flag.person} />
            </span>
            <span className="faint">
              {flag.owner ? <bdi>{flag.owner.name}</bdi> : 'Nobody is known to do it'}, since <Time at={flag.since} />
            </span>
          </li>
        ))}
      </ul>
      {more > 0 ? <p className="faint">{more} more.</p> : null}
    </>
  );
}

export function Outreach({ checkIn }: PartProps) {
  const { profilesViewed, peopleAdded, firstMessages, followUps, replies, converted } = checkIn.sourcing;
  const figures = [
    [profilesViewed, 'profiles looked at'],
    [peopleAdded, 'people added'],
    [firstMessages, 'first mails'],
    [followUps, 'follow-ups'],
    [replies, 'replies'],
    [converted, 'became applications'],
  ] as const;
  return (
    <dl className={styles.figures}>
      {figures.map(([count, words]) => (
        <div key={words}>
          <dt>{words}</dt>
          <dd>{count}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Compared({ checkIn, reason, onRetry }: FallibleProps) {
  const { passthrough } = checkIn;
  if (!passthrough) {
    return <Failure what="The comparison cannot be shown" reason={reason ?? 'The rest is there.'} onRetry={onRetry} />;
  }
  return (
    <>
      <p className="faint" title={passthrough.definition}>
        Of those decided on within a year, how many went on; beside {passthrough.jobs}{' '}
        {passthrough.jobs === 1 ? 'job' : 'jobs'} of other departments together.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: by the arrow keys, it scrolls sideways */}
      <section className={styles.wide} aria-label="Rates" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Stage</th>
              <th scope="col">This job</th>
              <th scope="col">Other departments</th>
              <th scope="col">This job’s is</th>
            </tr>
          </thead>
          <tbody>
            {passthrough.stages.map(({ kind, job, others, difference }) => (
              <tr key={kind}>
                <th scope="row">{KINDS[kind]}</th>
                <td>
                  <RateText rate={job} />
                </td>
                <td>{others ? <RateText rate={others} /> : <span className="faint">too few jobs</span>}</td>
                <td>
                  <Status shape={DIFFERENCES[difference].shape}>{DIFFERENCES[difference].word}</Status>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}
