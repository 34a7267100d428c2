import { type ReactNode, useId } from 'react';
import { useApiQuery } from '../api/context';
import {
  ApplicationProgress,
  type ApplicationProgressQuery,
  FlagsOfApplication,
  MarkInterviewSeen,
} from '../api/generated';
import { SeenBy } from '../attention/seen-by';
import { useAct } from '../shell/act';
import { QueryFailure } from '../shell/query-failure';
import { Button } from '../ui/button';
import { LongText } from '../ui/long-text';
import { isolated } from '../ui/names';
import { Message, Skeleton } from '../ui/region';
import { Status } from '../ui/status';
import { date, exact, Time } from '../ui/time';
import { type Application, may } from './applications';
import { interviewState, OFFERS, RATINGS } from './progress';
import styles from './progress-tab.module.css';

type Found = NonNullable<ApplicationProgressQuery['application']>;
type Interview = NonNullable<Found['interviews']>[number];
type Scorecard = NonNullable<Found['scorecards']>[number];
type Offer = NonNullable<Found['offers']>[number];

/** The interviews, scorecards and offers of an application, as far as the viewer may see them. */
export function Progress({ application }: { readonly application: Pick<Application, 'id'> | null }) {
  const query = useApiQuery(
    ApplicationProgress,
    { application: application?.id ?? '' },
    { enabled: application !== null },
  );
  if (!application)
    return (
      <Message within title="No application">
        There is none that you may see.
      </Message>
    );
  const found = query.data?.data.application;
  if (!found?.interviews || !found.scorecards || !found.offers) {
    if (query.isPending) return <Skeleton rows={4} label="Loading the interviews" />;
    return <QueryFailure what="The interviews cannot be shown" query={query} problem={query.data?.problems[0]} />;
  }
  const { interviews, scorecards, offers } = found;
  if (interviews.length + scorecards.length + offers.length === 0)
    return (
      <Message within title="No interview yet">
        Interviews, scorecards and offers come from your applicant tracking system.
      </Message>
    );
  return (
    <div className={styles.progress}>
      <Section name="Offer" show={offers.length > 0}>
        {offers.map((offer) => (
          <OfferRow key={offer.id} offer={offer} />
        ))}
      </Section>
      <Section name="Scorecards" show={scorecards.length > 0 || (found.scorecardsHidden ?? false)}>
        {found.scorecardsHidden ? (
          <li className="soft">You owe a scorecard yourself. What others say is shown once yours is in the ATS.</li>
        ) : null}
        {scorecards.map((scorecard) => (
          <ScorecardRow key={scorecard.id} scorecard={scorecard} />
        ))}
      </Section>
      <Section name="Interviews" show={interviews.length > 0}>
        {interviews.map((interview) => (
          <InterviewRow key={interview.id} interview={interview} actions={found.actions} />
        ))}
      </Section>
    </div>
  );
}

interface SectionProps {
  readonly name: string;
  readonly show: boolean;
  readonly children: ReactNode;
}

function Section({ name, show, children }: SectionProps) {
  const id = useId();
  if (!show) return null;
  return (
    <section aria-labelledby={id}>
      <h3 id={id}>{name}</h3>
      <ul>{children}</ul>
    </section>
  );
}

function OfferRow({ offer }: { readonly offer: Offer }) {
  const { word, shape } = OFFERS[offer.status];
  return (
    <li>
      <div className={styles.line}>
        <Status shape={shape}>{word}</Status>
        {offer.version > 1 ? <span className="faint small">Version {offer.version}</span> : null}
      </div>
      {offer.declineReason ? <p dir="auto">{offer.declineReason}</p> : null}
      <p className="faint small">
        {offer.resolvedAt ? (
          <>
            <Time at={offer.resolvedAt} as={date} />,{' '}
          </>
        ) : null}
        {offer.sentAt ? (
          <>
            sent <Time at={offer.sentAt} as={date} />
          </>
        ) : (
          <>
            made <Time at={offer.createdAt} as={date} />
          </>
        )}
      </p>
    </li>
  );
}

function ScorecardRow({ scorecard }: { readonly scorecard: Scorecard }) {
  const { interviewer, interviewName, rating, notes, attributes } = scorecard;
  return (
    <li>
      <div className={styles.line}>
        <strong dir="auto">{interviewer?.name ?? 'Somebody in the ATS'}</strong>
        {rating ? <Status shape={RATINGS[rating].shape}>{RATINGS[rating].word}</Status> : <span>No verdict</span>}
      </div>
      <p className="faint small">
        {interviewName ? <span dir="auto">{interviewName}, </span> : null}
        <Time at={scorecard.submittedAt} />
      </p>
      {notes ? <LongText text={notes} /> : null}
      {attributes.length > 0 ? (
        <dl className={styles.attributes}>
          {attributes.map((attribute, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the list is only replaced
            <div key={place}>
              <dt dir="auto">{attribute.name}</dt>
              <dd>
                {attribute.rating ? (
                  <Status shape={RATINGS[attribute.rating].shape}>{RATINGS[attribute.rating].word}</Status>
                ) : (
                  <span className="faint">Not rated</span>
                )}
                {attribute.note ? <span dir="auto">{attribute.note}</span> : null}
              </dd>
            </div>
          ))}
        </dl>
      ) : null}
    </li>
  );
}

/** What shows who has seen what came of an interview. */
const SHOWS_WHO_HAS_SEEN = [ApplicationProgress, FlagsOfApplication] as const;

interface InterviewRowProps {
  readonly interview: Interview;
  readonly actions: Found['actions'];
}

function InterviewRow({ interview, actions }: InterviewRowProps) {
  const { act, busy } = useAct();
  const { word, shape } = interviewState(interview, Date.now());
  const name = interview.name ?? 'Interview';
  const markSeen = () =>
    void act({
      mutation: MarkInterviewSeen,
      variables: { input: { interviewId: interview.id } },
      pick: (data) => data.markInterviewSeen,
      said: `Marked as seen: ${isolated(name)}`,
      reload: SHOWS_WHO_HAS_SEEN,
    });
  const names = interview.interviewers.map((user) => user.name).join(', ');
  return (
    <li>
      <div className={styles.line}>
        <strong dir="auto">{name}</strong>
        <Status shape={shape}>{word}</Status>
        {interview.toBeSeen && may({ actions }, 'MARK_SEEN') ? (
          <Button small look="quiet" disabled={busy} label={`Mark as seen: ${name}`} onClick={markSeen}>
            Mark as seen
          </Button>
        ) : null}
      </div>
      <p className="soft">
        {interview.startsAt ? <Time at={interview.startsAt} as={(at) => exact(at)} /> : null}
        {interview.startsAt && names ? ', ' : null}
        {names ? <span dir="auto">{names}</span> : null}
      </p>
      {interview.seenBy.length > 0 ? (
        <p className="faint small">
          <SeenBy seen={interview.seenBy} />
        </p>
      ) : null}
    </li>
  );
}
