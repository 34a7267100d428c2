import { useNavigate, useSearch } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { useDeferredValue, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useApiQuery, useSend, useServices } from '../api/context';
import {
  ChosenPeople,
  FindUsers,
  JobsToReviewFor,
  PeopleToReview,
  RequestReview,
  ReviewedJob,
  type ReviewedJobQuery,
  Reviews,
} from '../api/generated';
import { reasonOf } from '../reason';
import { drafts } from '../session/drafts';
import { announce } from '../shell/announcer';
import { Page } from '../shell/page';
import { toast, toastFailure } from '../shell/toasts';
import { useViewer } from '../shell/viewer';
import { Avatar } from '../ui/avatar';
import { Button } from '../ui/button';
import { TextArea, TextField } from '../ui/field';
import { firstName } from '../ui/names';
import { Message, Skeleton } from '../ui/region';
import { Sheet } from '../ui/sheet';
import { LONGEST_NOTE } from './decide';
import { Finder, type Found } from './finder';
import styles from './new-screen.module.css';
import { fromLocalTime, people as inWords, localTime, suggestedDue } from './rules';
import { peopleOf } from './search';

type Job = NonNullable<ReviewedJobQuery['job']>;

const MOST_PEOPLE = 100;
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

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
  const [text, setText] = useState('');
  const jobs = useApiQuery(JobsToReviewFor, { text: useDeferredValue(text.trim()) || null }, { keep: true });
  const found = jobs.data?.data.jobs?.nodes.map(({ id, title, department, location }) => ({
    id,
    name: title,
    about: [department, location].filter(Boolean).join(', '),
  }));
  return (
    <div className={styles.form}>
      <Sheet title="For which job?">
        <Finder
          label="Open jobs"
          placeholder="Title"
          problem={problem}
          text={text}
          onText={setText}
          found={found}
          chosen={new Set()}
          onToggle={({ id }) => void navigate({ search: (old) => ({ ...old, job: id }), replace: true })}
          nothing="No open job is called that"
        />
      </Sheet>
    </div>
  );
}

type Field = 'personIds' | 'reviewerIds' | 'dueAt' | 'note';
const FIELDS: readonly Field[] = ['personIds', 'reviewerIds', 'dueAt', 'note'];

interface Draft {
  readonly reviewers: readonly Found[];
  readonly due: string;
  readonly note: string;
}

function draftKey(jobId: string): string {
  return `review-request:${jobId}`;
}

function readDraft(jobId: string): Draft {
  const begun: Draft = { reviewers: [], due: localTime(suggestedDue(new Date())), note: '' };
  try {
    return { ...begun, ...(JSON.parse(drafts.getItem(draftKey(jobId)) ?? 'null') as Partial<Draft> | null) };
  } catch {
    return begun;
  }
}

function RequestForm({ job }: { readonly job: Job }) {
  const navigate = useNavigate({ from: '/reviews/new' });
  const search = useSearch({ from: '/reviews/new' });
  const send = useSend();
  const { cache } = useServices();
  const [draft, setDraft] = useState(() => readDraft(job.id));
  const [problems, setProblems] = useState<Partial<Record<Field | 'other', string>>>({});
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  // Repeating exactly the same after a lost answer asks for nothing twice.
  const attempt = useRef({ content: '', key: '' });
  const ids = useMemo(() => peopleOf(search.people), [search.people]);
  const known = useKnownPeople(ids);

  const change = (changed: Partial<Draft>) => {
    const next = { ...draft, ...changed };
    setDraft(next);
    drafts.setItem(draftKey(job.id), JSON.stringify(next));
  };
  const setPeople = (chosen: readonly string[]) =>
    void navigate({
      search: (old) => {
        const { people: _, ...rest } = old;
        return chosen.length > 0 ? { ...rest, people: chosen.join(',') } : rest;
      },
      replace: true,
    });

  const refuse = (found: Partial<Record<Field | 'other', string>>) => {
    setProblems(found);
    const first = FIELDS.find((field) => found[field]);
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
    const missing: Partial<Record<Field, string>> = {};
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
        drafts.removeItem(draftKey(job.id));
        toast(`Asked ${draft.reviewers.map(({ name }) => firstName(name)).join(', ')} about ${inWords(ids.length)}`);
        void cache.invalidateQueries({ queryKey: [Reviews.name] });
        await navigate({ to: '/reviews/$review', params: { review: result.id }, search: {} });
        return;
      }
      const found: Partial<Record<Field | 'other', string>> = {};
      for (const { path, message } of result.__typename === 'InvalidInput' ? result.problems : []) {
        const field = FIELDS.find((each) => path === each || path.startsWith(`${each}.`));
        found[field ?? 'other'] ??= field ? `It ${message}.` : message;
      }
      refuse(Object.keys(found).length > 0 ? found : { other: result.message });
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
        <div className={styles.fields}>
          <div data-field="dueAt" className={styles.due}>
            <TextField
              label="Due"
              type="datetime-local"
              value={draft.due}
              problem={problems.dueAt}
              hint={`Your time, ${ZONE}. Who has not decided by then is reminded; left empty, nobody is.`}
              onChange={({ target }) => change({ due: target.value })}
            />
          </div>
          <div data-field="note">
            <TextArea
              label="Note to the reviewers"
              dir="auto"
              value={draft.note}
              maxLength={LONGEST_NOTE}
              problem={problems.note}
              hint="Every reviewer reads it, above the profiles."
              placeholder="What should they look for?"
              onChange={({ target }) => change({ note: target.value })}
            />
          </div>
        </div>
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

const ROLES: Record<string, string> = {
  HIRING_MANAGER: 'hiring manager',
  RECRUITER: 'recruiter',
  SOURCER: 'sourcer',
  COORDINATOR: 'coordinator',
  INTERVIEWER: 'interviewer',
};

interface ReviewersPickerProps {
  readonly job: Job | null;
  readonly chosen: readonly Found[];
  /** Those who are asked already, and not offered. */
  readonly without?: ReadonlySet<string>;
  readonly problem: string | undefined;
  readonly onChange: (chosen: readonly Found[]) => void;
}

/** Users; the job's team first, its hiring managers before the others. */
export function ReviewersPicker({ job, chosen, without = new Set(), problem, onChange }: ReviewersPickerProps) {
  const [text, setText] = useState('');
  const asked = useDeferredValue(text.trim());
  const users = useApiQuery(FindUsers, { containing: asked }, { enabled: asked !== '', keep: true });
  const team = useMemo(() => teamOf(job), [job]);
  const found = (
    text.trim() === '' ? team : users.data?.data.users?.nodes.map(({ id, name, email }) => ({ id, name, about: email }))
  )?.filter(({ id }) => !without.has(id));
  const ids = new Set(chosen.map(({ id }) => id));
  return (
    <div data-field="reviewerIds" className={styles.picker}>
      <Chosen
        label="Chosen reviewers"
        chosen={chosen}
        onRemove={(id) => onChange(chosen.filter((each) => each.id !== id))}
      />
      <Finder
        label={team.length > 0 ? 'The job’s team, or any colleague' : 'Colleagues'}
        placeholder="Name or e-mail address"
        problem={problem}
        text={text}
        onText={setText}
        found={found}
        chosen={ids}
        onToggle={(each) => onChange(ids.has(each.id) ? chosen.filter(({ id }) => id !== each.id) : [...chosen, each])}
        nothing={text ? 'Nobody is called that' : 'Type a name to find colleagues'}
      />
    </div>
  );
}

function teamOf(job: Job | null): Found[] {
  const roles = new Map<string, { name: string; roles: string[]; manager: boolean }>();
  for (const { user, role } of job?.team ?? []) {
    const before = roles.get(user.id) ?? { name: user.name, roles: [], manager: false };
    const word = ROLES[role] ?? role.toLocaleLowerCase();
    roles.set(user.id, {
      name: user.name,
      roles: before.roles.includes(word) ? before.roles : [...before.roles, word],
      manager: before.manager || role === 'HIRING_MANAGER',
    });
  }
  return [...roles]
    .sort(([, one], [, other]) => Number(other.manager) - Number(one.manager))
    .map(([id, { name, roles: words }]) => ({ id, name, about: words.join(', ') }));
}

interface ChosenProps {
  readonly label: string;
  readonly chosen: readonly Found[];
  readonly onRemove: (id: string) => void;
}

/** What is chosen; after removing one, the next one has the focus, or the search. */
function Chosen({ label, chosen, onRemove }: ChosenProps) {
  const id = useId();
  const list = useRef<HTMLUListElement>(null);
  const focus = useRef<number | null>(null);
  useEffect(() => {
    if (focus.current === null) return;
    const buttons = list.current?.querySelectorAll('button');
    const next = buttons?.[Math.min(focus.current, buttons.length - 1)];
    const around = document.getElementById(id)?.parentElement;
    (next ?? around?.querySelector('input'))?.focus();
    focus.current = null;
  });
  return (
    <div id={id}>
      {chosen.length > 0 ? (
        <ul ref={list} className={styles.chosen} aria-label={label}>
          {chosen.map((each, at) => (
            <li key={each.id}>
              <Avatar name={each.name} />
              <span className="cut" dir="auto">
                {each.name}
              </span>
              <Button
                look="quiet"
                small
                lone
                label={`Remove ${each.name}`}
                onClick={() => {
                  focus.current = at;
                  onRemove(each.id);
                }}
              >
                <X />
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
