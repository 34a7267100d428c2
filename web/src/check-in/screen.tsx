import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Presentation, X } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { useApiQuery, useLive } from '../api/context';
import type { Problem } from '../api/errors';
import { CheckIn, CheckInChanged, PresentedCheckIn, SomethingOnBoard } from '../api/generated';
import { useSoon } from '../api/soon';
import { JobBar, NoSuchJob } from '../jobs/parts';
import { usePageKeys } from '../shell/keys';
import { Page } from '../shell/page';
import { QueryFailure } from '../shell/query-failure';
import { Button } from '../ui/button';
import { classes } from '../ui/classes';
import { Skeleton } from '../ui/region';
import { Sheet } from '../ui/sheet';
import { clock, date } from '../ui/time';
import { useActiveInView } from '../ui/use-active-in-view';
import { Actions } from './actions';
import { Compared, Outreach, type Parts, SinceLastTime, WhoIsWhere, WhoNeedsWhat } from './parts';
import styles from './screen.module.css';
import { STEPS, type Step, stepFrom } from './steps';

/** Six steps for half an hour together: what changed, who is where, who owes what, and what everybody does next. */
export function CheckInScreen() {
  const { job: jobId } = useParams({ from: '/jobs/$job/check-in' });
  const { step = 'since', present, since } = useSearch({ from: '/jobs/$job/check-in' });
  const navigate = useNavigate({ from: '/jobs/$job/check-in' });
  const presented = present === '1';
  // What others see as well is another query: it asks for nothing private.
  const own = useApiQuery(CheckIn, { job: jobId, since: since ?? null }, { enabled: !presented, keep: true });
  const shown = useApiQuery(PresentedCheckIn, { job: jobId, since: since ?? null }, { enabled: presented, keep: true });
  const query = presented ? shown : own;
  const answer = query.data;
  const checkIn: Parts | null = answer?.data.checkIn ?? null;
  const reload = () => void query.refetch();
  useFollowedJob(jobId, answer?.data.cursor ?? null, reload);

  const go = (to: Step) =>
    void navigate({ search: (old) => ({ ...old, step: to }), replace: true, resetScroll: false });
  const setPresent = (on: boolean) => void navigate({ search: (old) => ({ ...old, present: on ? '1' : undefined }) });
  usePresentedPage(presented);
  usePageKeys('Check-in', [
    { key: 'ArrowRight', name: 'Next step', perform: () => go(stepFrom(step, 1)) },
    { key: 'ArrowLeft', name: 'Previous step', perform: () => go(stepFrom(step, -1)) },
    { key: 'p', name: presented ? 'Stop presenting' : 'Present', perform: () => setPresent(!presented) },
    {
      key: 'b',
      name: 'Board',
      perform: () => void navigate({ to: '/jobs/$job/board', params: { job: jobId }, search: {} }),
    },
    {
      key: 'a',
      name: 'Agree on something to do',
      perform: () => document.querySelector<HTMLElement>('[data-new-action]')?.focus(),
    },
    ...(presented ? [{ key: 'Escape', name: 'Stop presenting', perform: () => setPresent(false) }] : []),
  ]);

  const problem = answer?.problems.find(({ path }) => path === 'checkIn');
  return (
    <Page
      title={checkIn?.job?.title ?? 'Check-in'}
      fixed
      act={
        presented || !checkIn ? null : (
          <Button onClick={() => setPresent(true)}>
            <Presentation aria-hidden="true" />
            Present
          </Button>
        )
      }
    >
      {presented ? null : <JobBar job={jobId} />}
      {checkIn ? (
        <Steps
          checkIn={checkIn}
          step={step}
          presented={presented}
          problems={answer?.problems ?? []}
          onGo={go}
          onLeave={() => setPresent(false)}
          onRetry={reload}
        />
      ) : query.isPending ? (
        <div className={styles.content}>
          <Skeleton rows={7} label="Loading the check-in" />
        </div>
      ) : problem?.code === 'NOT_FOUND' || problem?.code === 'INVALID_ID' ? (
        <NoSuchJob />
      ) : (
        <QueryFailure what="The check-in cannot be shown" query={query} problem={problem} />
      )}
    </Page>
  );
}

/** Reloads when something happens on the job's board or to what was agreed on. */
function useFollowedJob(job: string, cursor: string | null, reload: () => void): void {
  const soon = useSoon(reload);
  const follower = { onChange: soon, onGap: soon };
  const variables = cursor === null ? null : { job };
  useLive(CheckInChanged, variables, cursor, ({ checkInChanged }) => checkInChanged, follower);
  useLive(SomethingOnBoard, variables, cursor, ({ boardChanged }) => boardChanged, follower);
}

/** The page alone, and larger: everything is measured by the size of the root's text. */
function usePresentedPage(presented: boolean): void {
  useEffect(() => {
    if (!presented) return;
    const root = document.documentElement;
    root.dataset.presented = '';
    // Not every browser allows it, and not without a click or a key: the page alone is enough.
    void root.requestFullscreen?.().catch(() => {});
    return () => {
      delete root.dataset.presented;
      if (document.fullscreenElement) void document.exitFullscreen().catch(() => {});
    };
  }, [presented]);
}

interface StepsProps {
  readonly checkIn: Parts;
  readonly step: Step;
  readonly presented: boolean;
  readonly problems: readonly Problem[];
  readonly onGo: (step: Step) => void;
  readonly onLeave: () => void;
  readonly onRetry: () => void;
}

function Steps({ checkIn, step, presented, problems, onGo, onLeave, onRetry }: StepsProps) {
  const content = useRef<HTMLDivElement>(null);
  const steps = useActiveInView<HTMLOListElement>(step);
  const opened = useRef<Step | null>(null);
  useEffect(() => {
    // What one goes to is what one looks at; the page itself opens at its beginning, and so does a step by itself.
    const atBeginning = presented || (opened.current === null && step === 'since');
    opened.current = step;
    if (atBeginning) content.current?.scrollTo({ top: 0 });
    else content.current?.querySelector(`[data-step="${step}"]`)?.scrollIntoView({ block: 'start' });
  }, [step, presented]);
  const reasonOf = (part: string) => problems.find(({ path }) => path.startsWith(`checkIn.${part}`))?.message;
  const views: Record<Step, ReactNode> = {
    since: <SinceLastTime checkIn={checkIn} />,
    where: <WhoIsWhere checkIn={checkIn} />,
    needs: <WhoNeedsWhat checkIn={checkIn} reason={reasonOf('attention')} onRetry={onRetry} />,
    outreach: <Outreach checkIn={checkIn} />,
    compared: <Compared checkIn={checkIn} reason={reasonOf('passthrough')} onRetry={onRetry} />,
    actions: <Actions checkIn={checkIn} />,
  };
  return (
    <>
      <nav className={styles.steps} aria-label="Steps">
        <ol ref={steps}>
          {STEPS.map(({ id, name }) => (
            <li key={id}>
              <button type="button" aria-current={id === step ? 'step' : undefined} onClick={() => onGo(id)}>
                {name}
              </button>
            </li>
          ))}
        </ol>
        {presented ? (
          <Button look="quiet" small onClick={onLeave}>
            <X aria-hidden="true" />
            Stop presenting
          </Button>
        ) : null}
      </nav>
      <div ref={content} className={classes(styles.content, presented && styles.presented)}>
        <p className={styles.asOf}>
          Since {date(checkIn.since, Date.now())}, {clock(checkIn.since)}; as of {clock(checkIn.asOf)}.
          {presented ? ' Private candidates are left out.' : ''}
        </p>
        {STEPS.filter(({ id }) => !presented || id === step).map(({ id, name }) => (
          <div key={id} data-step={id}>
            <Sheet title={name}>{views[id]}</Sheet>
          </div>
        ))}
      </div>
    </>
  );
}
