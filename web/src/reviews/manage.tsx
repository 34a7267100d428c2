// What the requester of an open review can change of it.

import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useApiQuery, useSend } from '../api/context';
import {
  AddReviewers,
  CancelReview,
  ChangeReviewDueDate,
  CorrectReviewNote,
  OneReview,
  ReviewedJob,
  Reviews,
} from '../api/generated';
import { reasonOf } from '../reason';
import { useAct } from '../shell/act';
import { toast, toastFailure } from '../shell/toasts';
import { Button } from '../ui/button';
import { TextArea, TextField } from '../ui/field';
import type { Found } from '../ui/finder';
import { firstName } from '../ui/names';
import { exact } from '../ui/time';
import { LONGEST_NOTE } from './decide';
import { ReviewersPicker } from './request-fields';
import styles from './review-screen.module.css';
import { useRemind } from './reviewer-list';
import { fromLocalTime, localTime, owing, suggestedDue } from './rules';
import type { Review } from './use-review';

type Form = 'due' | 'note' | 'reviewers' | 'cancel';

interface ManageProps {
  readonly review: Review;
  readonly onChanged: (review: Review) => void;
}

export function Manage({ review, onChanged }: ManageProps) {
  const [open, setOpen] = useState<Form | null>(null);
  const buttons = useRef<HTMLDivElement>(null);
  const remind = useRemind(review, onChanged);
  const owe = owing(review.reviewers, review.peopleCount);
  const close = () => {
    const opened = open;
    setOpen(null);
    buttons.current?.querySelector<HTMLElement>(`[data-opens="${opened}"]`)?.focus();
  };
  const toggle = (form: Form) => (open === form ? close() : setOpen(form));
  const opener = (form: Form, words: string, danger = false) => (
    <Button danger={danger} aria-expanded={open === form} data-opens={form} onClick={() => toggle(form)}>
      {words}
    </Button>
  );
  return (
    <>
      <div ref={buttons} className={styles.manage}>
        {owe.length > 0 ? (
          <Button disabled={remind.busy} onClick={() => void remind.send([])}>
            {owe.length === 1 && owe[0]
              ? `Remind ${firstName(owe[0].name)}`
              : `Remind the ${owe.length} who owe verdicts`}
          </Button>
        ) : null}
        {opener('reviewers', 'Add reviewers')}
        {opener('due', 'Change due date')}
        {opener('note', review.note ? 'Correct note' : 'Add a note')}
        {opener('cancel', 'Cancel review', true)}
      </div>
      {remind.refused ? (
        <p role="alert" className={styles.refused}>
          {remind.refused}
        </p>
      ) : null}
      {open === 'due' ? <DueForm review={review} onChanged={onChanged} onClose={close} /> : null}
      {open === 'note' ? <NoteForm review={review} onChanged={onChanged} onClose={close} /> : null}
      {open === 'reviewers' ? <AddForm review={review} onClose={close} /> : null}
      {open === 'cancel' ? <CancelForm review={review} onClose={close} /> : null}
    </>
  );
}

interface FormProps extends ManageProps {
  readonly onClose: () => void;
}

interface InlineFormProps {
  readonly label: string;
  readonly submit: string;
  readonly danger?: boolean;
  readonly busy: boolean;
  readonly leave?: string;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Opens in place with the focus in its first field; Escape leaves it. */
function InlineForm({ label, submit, danger, busy, leave = 'Leave it', onSubmit, onClose, children }: InlineFormProps) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLElement>('input, textarea, button')?.focus(), []);
  return (
    <form
      ref={form}
      aria-label={label}
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
      }}
    >
      {children}
      <div className={styles.formActs}>
        <Button type="submit" look={danger ? 'plain' : 'primary'} danger={danger ?? false} disabled={busy}>
          {submit}
        </Button>
        <Button look="quiet" onClick={onClose}>
          {leave}
        </Button>
      </div>
    </form>
  );
}

interface Amendment {
  readonly __typename: string;
  readonly message?: string;
  readonly problems?: readonly { readonly path: string; readonly message: string }[];
}

function problemOf(result: Amendment, path: string): string {
  const found = result.problems?.find((problem) => problem.path === path);
  return found ? `It ${found.message}.` : (result.message ?? 'It was refused');
}

/** Somebody has changed the same meanwhile: theirs and mine, side by side. */
function Conflict({ theirs, mine }: { readonly theirs: string | null; readonly mine: string | null }) {
  return (
    <div role="alert" className={styles.conflict}>
      <p>
        <strong>Somebody has changed it meanwhile.</strong> Nothing is overwritten yet.
      </p>
      <dl>
        <div>
          <dt>Theirs</dt>
          <dd dir="auto">{theirs ?? 'nothing'}</dd>
        </div>
        <div>
          <dt>Mine</dt>
          <dd dir="auto">{mine ?? 'nothing'}</dd>
        </div>
      </dl>
    </div>
  );
}

function DueForm({ review, onChanged, onClose }: FormProps) {
  const send = useSend();
  const [due, setDue] = useState(localTime(review.dueAt ? new Date(review.dueAt) : suggestedDue(new Date())));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [conflict, setConflict] = useState<{ version: number; dueAt: string | null } | null>(null);
  // What one saw when the form was opened: verdicts that come in meanwhile change nothing of it.
  const seen = useRef(review.version);

  const submit = async (expectedVersion: number) => {
    const dueAt = fromLocalTime(due);
    if (dueAt === null) return setProblem('Choose a day and a time.');
    setBusy(true);
    setProblem(undefined);
    try {
      const { data } = await send(ChangeReviewDueDate, {
        input: { reviewId: review.id, dueAt, expectedVersion, idempotencyKey: crypto.randomUUID() },
      });
      const result = data.changeReviewDueDate;
      if (result.__typename === 'Review') {
        toast('The due date was changed; links and reminders follow it');
        onChanged(result);
        onClose();
      } else if (result.__typename === 'ReviewConflict') setConflict(result.current);
      else setProblem(problemOf(result, 'dueAt'));
    } catch (failed) {
      toastFailure(reasonOf(failed));
    } finally {
      setBusy(false);
    }
  };
  const mine = fromLocalTime(due);
  return (
    <InlineForm
      label="Change the due date"
      submit={conflict ? 'Replace it with mine' : 'Change due date'}
      leave={conflict ? 'Keep theirs' : 'Leave it'}
      busy={busy}
      onSubmit={() => void submit(conflict?.version ?? seen.current)}
      onClose={onClose}
    >
      {conflict ? (
        <Conflict theirs={conflict.dueAt ? exact(conflict.dueAt) : null} mine={mine ? exact(mine) : null} />
      ) : null}
      <TextField
        label="Due"
        type="datetime-local"
        value={due}
        problem={problem}
        hint={`Your time, ${Intl.DateTimeFormat().resolvedOptions().timeZone}.`}
        onChange={({ target }) => setDue(target.value)}
      />
    </InlineForm>
  );
}

function NoteForm({ review, onChanged, onClose }: FormProps) {
  const send = useSend();
  const [note, setNote] = useState(review.note ?? '');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [conflict, setConflict] = useState<{ version: number; note: string | null } | null>(null);
  const seen = useRef(review.version);

  const submit = async (expectedVersion: number) => {
    setBusy(true);
    setProblem(undefined);
    try {
      const { data } = await send(CorrectReviewNote, {
        input: { reviewId: review.id, note: note.trim(), expectedVersion, idempotencyKey: crypto.randomUUID() },
      });
      const result = data.correctReviewNote;
      if (result.__typename === 'Review') {
        toast('The note was corrected; the reviewers’ page shows it');
        onChanged(result);
        onClose();
      } else if (result.__typename === 'ReviewConflict') setConflict(result.current);
      else setProblem(problemOf(result, 'note'));
    } catch (failed) {
      toastFailure(reasonOf(failed));
    } finally {
      setBusy(false);
    }
  };
  return (
    <InlineForm
      label="Correct the note"
      submit={conflict ? 'Replace it with mine' : 'Save note'}
      leave={conflict ? 'Keep theirs' : 'Leave it'}
      busy={busy}
      onSubmit={() => void submit(conflict?.version ?? seen.current)}
      onClose={onClose}
    >
      {conflict ? <Conflict theirs={conflict.note} mine={note.trim() || null} /> : null}
      <TextArea
        label="Note to the reviewers"
        dir="auto"
        value={note}
        maxLength={LONGEST_NOTE}
        problem={problem}
        hint="Every reviewer reads it. Empty, there is none."
        onChange={({ target }) => setNote(target.value)}
      />
    </InlineForm>
  );
}

function AddForm({ review, onClose }: Pick<FormProps, 'review' | 'onClose'>) {
  const { act, busy } = useAct();
  const jobId = review.job?.id;
  const job = useApiQuery(ReviewedJob, { job: jobId ?? '' }, { enabled: jobId !== undefined });
  const [chosen, setChosen] = useState<readonly Found[]>([]);
  const [problem, setProblem] = useState<string>();
  const submit = async () => {
    if (chosen.length === 0) return setProblem('Choose at least one colleague.');
    setProblem(undefined);
    const done = await act({
      mutation: AddReviewers,
      variables: {
        input: {
          reviewId: review.id,
          reviewerIds: chosen.map(({ id }) => id),
          idempotencyKey: crypto.randomUUID(),
        },
      },
      pick: (data) => data.addReviewers,
      said: `Asked ${chosen.map(({ name }) => firstName(name)).join(', ')} as well`,
      reload: [OneReview, Reviews],
    });
    if (done) onClose();
  };
  return (
    <InlineForm
      label="Add reviewers"
      submit="Ask them too"
      busy={busy}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <ReviewersPicker
        job={job.data?.data.job ?? null}
        chosen={chosen}
        without={new Set(review.reviewers.flatMap(({ user }) => (user ? [user.id] : [])))}
        problem={problem}
        onChange={setChosen}
      />
    </InlineForm>
  );
}

function CancelForm({ review, onClose }: Pick<FormProps, 'review' | 'onClose'>) {
  const { act, busy } = useAct();
  return (
    <InlineForm
      label="Cancel the review"
      submit="Cancel the review for everybody"
      leave="Go on with it"
      danger
      busy={busy}
      onSubmit={() =>
        void act({
          mutation: CancelReview,
          variables: { input: { reviewId: review.id } },
          pick: (data) => data.cancelReview,
          said: 'The review was cancelled',
          reload: [OneReview, Reviews],
        })
      }
      onClose={onClose}
    >
      <p>
        The links stop working, and no more verdicts can be given. What was said is kept. This cannot be undone; the
        reviewers read that it was you.
      </p>
    </InlineForm>
  );
}
