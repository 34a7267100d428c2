import { useEffect, useRef, useState } from 'react';
import { useApiQuery, useSend, useServices } from '../api/context';
import { type BulkFieldsFragment, RequestBulkReview, ReviewedJob, Reviews } from '../api/generated';
import { reasonOf } from '../reason';
import { announce } from '../shell/announcer';
import { JobFinder } from '../shell/job-finder';
import { Button } from '../ui/button';
import { Skeleton } from '../ui/region';
import styles from './new-screen.module.css';
import { firstOf, type Problems, problemsOf } from './request';
import { type Job, ReviewersPicker, useDraft, WhatFor } from './request-fields';
import { fromLocalTime, people as inWords } from './rules';

export interface BulkRequestProps {
  /** A bulk action of people to be reviewed, that was checked. */
  readonly action: string;
  /** How many of them can be reviewed. */
  readonly people: number;
  readonly onRequested: (action: BulkFieldsFragment) => void;
}

/** Asks reviewers about everybody of a bulk action: for which job, whom, by when. */
export function BulkRequest(props: BulkRequestProps) {
  const [chosen, setChosen] = useState<string | null>(null);
  const job = useApiQuery(ReviewedJob, { job: chosen ?? '' }, { enabled: chosen !== null });
  const found = job.data?.data.job;
  if (chosen === null || (!found && !job.isPending)) {
    return (
      <JobFinder
        problem={chosen === null ? undefined : 'There is no such job, or you do not see it.'}
        onChoose={({ id }) => setChosen(id)}
      />
    );
  }
  return found ? (
    <Form key={found.id} {...props} job={found} onAnotherJob={() => setChosen(null)} />
  ) : (
    <Skeleton rows={3} label="Loading the job" />
  );
}

interface FormProps extends BulkRequestProps {
  readonly job: Job;
  readonly onAnotherJob: () => void;
}

function Form({ action, people, job, onRequested, onAnotherJob }: FormProps) {
  const send = useSend();
  const { cache } = useServices();
  const { draft, change, drop } = useDraft(job.id);
  const [problems, setProblems] = useState<Problems>({});
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  // What had the focus is gone: the job was chosen.
  useEffect(() => form.current?.querySelector('input')?.focus(), []);

  const refuse = (found: Problems) => {
    setProblems(found);
    const first = firstOf(found);
    if (first) form.current?.querySelector<HTMLElement>(`[data-field="${first}"] :is(input, textarea)`)?.focus();
    announce(Object.values(found).join(' '));
  };
  const submit = async () => {
    if (draft.reviewers.length === 0) return refuse({ reviewerIds: 'Choose at least one reviewer.' });
    setBusy(true);
    setProblems({});
    try {
      const { data } = await send(RequestBulkReview, {
        input: {
          bulkActionId: action,
          jobId: job.id,
          reviewerIds: draft.reviewers.map(({ id }) => id),
          dueAt: fromLocalTime(draft.due),
          note: draft.note.trim() || null,
        },
      });
      const result = data.requestBulkReview;
      if (result.__typename !== 'BulkAction') return refuse(problemsOf(result));
      drop();
      void cache.invalidateQueries({ queryKey: [Reviews.name] });
      onRequested(result);
    } catch (failure) {
      // Requesting it again asks nobody twice: the action is the same.
      refuse({ other: reasonOf(failure) });
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      ref={form}
      className={styles.fields}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <p className={styles.job}>
        For <strong dir="auto">{job.title}</strong>
        <Button look="link" onClick={onAnotherJob} label={`Another job than ${job.title}`}>
          Another job
        </Button>
      </p>
      <ReviewersPicker
        job={job}
        chosen={draft.reviewers}
        problem={problems.reviewerIds}
        onChange={(reviewers) => change({ reviewers })}
      />
      <WhatFor draft={draft} problems={problems} onChange={change} />
      {problems.other ? (
        <p role="alert" className={styles.problem}>
          {problems.other}
        </p>
      ) : null}
      <div className={styles.submit}>
        <Button look="primary" type="submit" disabled={busy}>
          Request review of {inWords(people)}
        </Button>
        <p>Each reviewer gets a link by mail, and needs no account to decide.</p>
      </div>
    </form>
  );
}
