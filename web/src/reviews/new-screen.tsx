import { useNavigate, useSearch } from '@tanstack/react-router';
import { useDeferredValue, useMemo, useRef, useState } from 'react';
import { useApiQuery, useSend, useServices } from '../api/context';
import { ChosenPeople, PeopleToReview, RequestReview, ReviewedJob, Reviews } from '../api/generated';
import { reasonOf } from '../reason';
import { announce } from '../shell/announcer';
import { JobFinder } from '../shell/job-finder';
import { Page } from '../shell/page';
import { toast, toastFailure } from '../shell/toasts';
import { useViewer } from '../shell/viewer';
import { Button } from '../ui/button';
import { Finder, type Found } from '../ui/finder';
import { firstName } from '../ui/names';
import { Message, Skeleton } from '../ui/region';
import { Sheet } from '../ui/sheet';
import styles from './new-screen.module.css';
import { firstOf, type Problems, problemsOf } from './request';
import { Chosen, type Job, ReviewersPicker, useDraft, WhatFor } from './request-fields';
import { fromLocalTime, people as inWords } from './rules';
import { peopleOf } from './search';

const MOST_PEOPLE = 100;

export function NewReviewScreen() {
  const { job: jobId } = useSearch({ from: '/reviews/new' });
  const viewer = useViewer();
  const job = useApiQuery(ReviewedJob, { job: jobId ?? '' }, { enabled: jobId !== undefined });
  if (!viewer.can.requestReviews) {
    return (
      <Page title="Request a review">
        <Message title="You cannot request reviews">
          Recruiters, sourcers, coordinators and admins request them. Ask one of those of your job.
        </Message>
      </Page>
    );
  }
  const found = job.data?.data.job;
  return (
    <Page title="Request a review">
      {jobId === undefined ? (
        <ChooseJob />
      ) : found ? (
        <RequestForm key={found.id} job={found} />
      ) : job.isPending ? (
        <Skeleton rows={5} label="Loading the job" />
      ) : (
        <ChooseJob problem="There is no such job, or you do not see it." />
      )}
    </Page>
  );
}

function ChooseJob({ problem }: { readonly problem?: string }) {
  const navigate = useNavigate({ from: '/reviews/new' });
  return (
    <div className={styles.form}>
      <Sheet title="For which job?">
        <JobFinder
          problem={problem}
          onChoose={({ id }) => void navigate({ search: (old) => ({ ...old, job: id }), replace: true })}
        />
      </Sheet>
    </div>
  );
}

function RequestForm({ job }: { readonly job: Job }) {
  const navigate = useNavigate({ from: '/reviews/new' });
  const search = useSearch({ from: '/reviews/new' });
  const send = useSend();
  const { cache } = useServices();
  const { draft, change, drop } = useDraft(job.id);
  const [problems, setProblems] = useState<Problems>({});
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  // Repeating exactly the same after a lost answer asks for nothing twice.
  const attempt = useRef({ content: '', key: '' });
  const ids = useMemo(() => peopleOf(search.people), [search.people]);
  const known = useKnownPeople(ids);

  const setPeople = (chosen: readonly string[]) =>
    void navigate({
      search: (old) => {
        const { people: _, ...rest } = old;
        return chosen.length > 0 ? { ...rest, people: chosen.join(',') } : rest;
      },
      replace: true,
    });

  const refuse = (found: Problems) => {
    setProblems(found);
    const first = firstOf(found);
    if (first) form.current?.querySelector<HTMLElement>(`[data-field="${first}"] :is(input, textarea)`)?.focus();
    announce(Object.values(found).join(' '));
  };

  const submit = async () => {
    const input = {
      jobId: job.id,
      personIds: ids,
      reviewerIds: draft.reviewers.map(({ id }) => id),
      dueAt: fromLocalTime(draft.due),
      note: draft.note.trim() || null,
    };
    const missing: Problems = {};
    if (ids.length === 0) missing.personIds = 'Choose at least one person.';
    if (draft.reviewers.length === 0) missing.reviewerIds = 'Choose at least one reviewer.';
    if (Object.keys(missing).length > 0) return refuse(missing);
    const content = JSON.stringify(input);
    if (attempt.current.content !== content) attempt.current = { content, key: crypto.randomUUID() };
    setBusy(true);
    try {
      const { data } = await send(RequestReview, { input: { ...input, idempotencyKey: attempt.current.key } });
      const result = data.requestReview;
      if (result.__typename === 'Review') {
        drop();
        toast(`Asked ${draft.reviewers.map(({ name }) => firstName(name)).join(', ')} about ${inWords(ids.length)}`);
        void cache.invalidateQueries({ queryKey: [Reviews.name] });
        await navigate({ to: '/reviews/$review', params: { review: result.id }, search: {} });
        return;
      }
      refuse(problemsOf(result));
    } catch (problem) {
      toastFailure(reasonOf(problem));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      ref={form}
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <p className={styles.job}>
        For <strong dir="auto">{job.title}</strong>
        <Button
          look="link"
          onClick={() => void navigate({ search: {}, replace: true })}
          label={`Another job than ${job.title}`}
        >
          Another job
        </Button>
      </p>
      <Sheet title="Whom" beside={<span className="faint">{ids.length > 0 ? inWords(ids.length) : 'Nobody yet'}</span>}>
        <PeoplePicker job={job} ids={ids} known={known} problem={problems.personIds} onChange={setPeople} />
      </Sheet>
      <Sheet title="Who is asked">
        <ReviewersPicker
          job={job}
          chosen={draft.reviewers}
          problem={problems.reviewerIds}
          onChange={(reviewers) => change({ reviewers })}
        />
      </Sheet>
      <Sheet title="What for">
        <WhatFor draft={draft} problems={problems} onChange={change} />
      </Sheet>
      {problems.other ? (
        <p role="alert" className={styles.problem}>
          {problems.other}
        </p>
      ) : null}
      <div className={styles.submit}>
        <Button look="primary" type="submit" disabled={busy}>
          Request review
        </Button>
        <p>Each reviewer gets a link by mail, and needs no account to decide.</p>
      </div>
    </form>
  );
}

/** The names of the people of the URL. */
function useKnownPeople(ids: readonly string[]): ReadonlyMap<string, Found> {
  const asked = ids.slice(0, MOST_PEOPLE);
  const people = useApiQuery(ChosenPeople, { ids: asked }, { enabled: asked.length > 0, keep: true });
  const nodes = people.data?.data.nodes;
  return useMemo(() => {
    const known = new Map<string, Found>();
    for (const node of nodes ?? []) if (node?.__typename === 'Person') known.set(node.id, foundPerson(node));
    return known;
  }, [nodes]);
}

function foundPerson(person: {
  readonly id: string;
  readonly name: string;
  readonly title: string | null;
  readonly company: string | null;
}): Found {
  return { id: person.id, name: person.name, about: [person.title, person.company].filter(Boolean).join(' at ') };
}

interface PeoplePickerProps {
  readonly job: Job;
  readonly ids: readonly string[];
  readonly known: ReadonlyMap<string, Found>;
  readonly problem: string | undefined;
  readonly onChange: (ids: readonly string[]) => void;
}

function PeoplePicker({ job, ids, known, problem, onChange }: PeoplePickerProps) {
  const [text, setText] = useState('');
  const people = useApiQuery(
    PeopleToReview,
    { job: job.id, text: useDeferredValue(text.trim()) || null },
    { keep: true },
  );
  const found = people.data?.data.people?.nodes.map(foundPerson);
  const toggle = ({ id }: Found) => onChange(ids.includes(id) ? ids.filter((each) => each !== id) : [...ids, id]);
  return (
    <div data-field="personIds" className={styles.picker}>
      <Chosen
        label="Chosen people, in the order in which they are shown"
        chosen={ids.map((id) => known.get(id) ?? { id, name: 'Somebody you do not see', about: '' })}
        onRemove={(id) => onChange(ids.filter((each) => each !== id))}
      />
      <Finder
        label="People who applied for this job"
        placeholder="Name"
        problem={problem}
        text={text}
        onText={setText}
        found={found}
        chosen={new Set(ids)}
        onToggle={toggle}
        nothing={text ? 'Nobody who applied is called that' : 'Nobody has applied yet'}
      />
    </div>
  );
}
