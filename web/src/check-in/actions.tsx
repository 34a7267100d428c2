import { type FormEvent, useRef, useState } from 'react';
import {
  AddAgreedAction,
  type AgreedActionFieldsFragment,
  ChangeAgreedAction,
  CheckIn,
  type CheckInPartsFragment,
  CompleteAgreedAction,
  HoldCheckIn,
  PresentedCheckIn,
  RemoveAgreedAction,
  Today,
} from '../api/generated';
import { useAct } from '../shell/act';
import { useViewer } from '../shell/viewer';
import { Button } from '../ui/button';
import { dayFrom, dayOf } from '../ui/days';
import { TextField } from '../ui/field';
import { Status } from '../ui/status';
import { clock, date } from '../ui/time';
import styles from './screen.module.css';
import { carriedWords, isOverdue } from './steps';

type Job = NonNullable<CheckInPartsFragment['job']>;

const RELOAD = [CheckIn, PresentedCheckIn, Today] as const;
const A_WEEK = 7;

/** What was agreed on, and the end of the check-in. */
export function Actions({ checkIn }: { readonly checkIn: CheckInPartsFragment }) {
  const { job, openActions, doneActions, previous } = checkIn;
  const may = job?.viewerCan.holdCheckIns ?? false;
  return (
    <>
      {openActions.length === 0 ? <p className="faint">Nothing is agreed on.</p> : null}
      {job && openActions.length > 0 ? (
        <ul className={styles.actions} aria-label="To do">
          {openActions.map((action) => (
            <ActionRow key={action.id} action={action} job={job} may={may} />
          ))}
        </ul>
      ) : null}
      {job && doneActions.length > 0 ? (
        <>
          <h3 className={styles.part}>Done since last time</h3>
          <ul className={styles.actions} aria-label="Done">
            {doneActions.map((action) => (
              <ActionRow key={action.id} action={action} job={job} may={may} />
            ))}
          </ul>
        </>
      ) : null}
      {job && may ? <NewAction job={job} /> : null}
      {job && may ? <EndOfCheckIn job={job} previous={previous} /> : null}
    </>
  );
}

interface ActionRowProps {
  readonly action: AgreedActionFieldsFragment;
  readonly job: Job;
  readonly may: boolean;
}

function ActionRow({ action, job, may }: ActionRowProps) {
  const { act, busy } = useAct();
  const viewer = useViewer();
  const [changing, setChanging] = useState(false);
  const done = action.doneAt !== null;
  const text = action.text ?? 'What was agreed on named somebody who was erased.';
  const complete = () =>
    act({
      mutation: CompleteAgreedAction,
      variables: { input: { actionId: action.id, done: !done } },
      pick: (data) => data.completeAgreedAction,
      said: done ? 'It is to be done again' : 'Done',
      reload: RELOAD,
    });
  const remove = () =>
    act({
      mutation: RemoveAgreedAction,
      variables: { input: { actionId: action.id, expectedVersion: action.version } },
      pick: (data) => data.removeAgreedAction,
      said: 'Removed',
      undo: () =>
        act({
          mutation: RemoveAgreedAction,
          variables: { input: { actionId: action.id, removed: false } },
          pick: (data) => data.removeAgreedAction,
          said: 'It is to be done after all',
          reload: RELOAD,
        }),
      reload: RELOAD,
    });
  return (
    <li>
      <label className={styles.tick}>
        <input type="checkbox" checked={done} disabled={!may || busy} onChange={() => void complete()} />
        <span dir="auto" className={done ? styles.done : undefined}>
          {text}
        </span>
      </label>
      <Owing action={action} />
      {may && !done ? (
        <Button
          look="quiet"
          small
          aria-expanded={changing}
          label={`Change: ${text}`}
          onClick={() => setChanging(!changing)}
        >
          Change
        </Button>
      ) : null}
      {may || action.agreedBy?.id === viewer.id ? (
        <Button look="quiet" small disabled={busy} label={`Remove: ${text}`} onClick={() => void remove()}>
          Remove
        </Button>
      ) : null}
      {changing ? <ChangedAction action={action} job={job} onDone={() => setChanging(false)} /> : null}
    </li>
  );
}

function Owing({ action }: { readonly action: AgreedActionFieldsFragment }) {
  const now = new Date();
  const carried = carriedWords(action.carriedOver);
  return (
    <span className={styles.owing}>
      <bdi>{action.owner?.name ?? 'Somebody'}</bdi>
      {isOverdue(action, now) ? (
        <Status shape="bad">{`due ${date(dayOf(action.dueOn).toISOString(), now.getTime())}`}</Status>
      ) : (
        <time dateTime={action.dueOn}>
          {action.doneAt ? 'was due' : 'by'} {date(dayOf(action.dueOn).toISOString(), now.getTime())}
        </time>
      )}
      {carried && !action.doneAt ? <Status shape="warn">{carried}</Status> : null}
    </span>
  );
}

interface Draft {
  readonly text: string;
  readonly ownerId: string;
  readonly dueOn: string;
}

function NewAction({ job }: { readonly job: Job }) {
  const { act, busy } = useAct();
  const viewer = useViewer();
  const empty: Draft = { text: '', ownerId: viewer.id, dueOn: dayFrom(new Date(), A_WEEK) };
  const [draft, setDraft] = useState(empty);
  const [problem, setProblem] = useState<string>();
  const key = useRef(crypto.randomUUID());
  const add = async () => {
    const added = await act({
      mutation: AddAgreedAction,
      variables: { input: { jobId: job.id, ...draft, idempotencyKey: key.current } },
      pick: (data) => data.addAgreedAction,
      said: 'Agreed',
      reload: RELOAD,
      refused: setProblem,
    });
    if (!added) return;
    key.current = crypto.randomUUID();
    setDraft({ ...draft, text: '' });
  };
  return (
    <ActionForm
      label="Agree on something to do"
      draft={draft}
      job={job}
      problem={problem}
      busy={busy}
      submit="Agree"
      onDraft={(changed) => {
        setDraft(changed);
        setProblem(undefined);
      }}
      onSubmit={add}
      onProblem={setProblem}
    />
  );
}

interface ChangedActionProps {
  readonly action: AgreedActionFieldsFragment;
  readonly job: Job;
  readonly onDone: () => void;
}

function ChangedAction({ action, job, onDone }: ChangedActionProps) {
  const { act, busy } = useAct();
  const [draft, setDraft] = useState<Draft>({
    text: action.text ?? '',
    ownerId: action.owner?.id ?? '',
    dueOn: action.dueOn,
  });
  const [problem, setProblem] = useState<string>();
  const [seen] = useState(action.version);
  const [refused, setRefused] = useState(false);
  const change = async () => {
    const changed = await act({
      mutation: ChangeAgreedAction,
      // Once it was refused, the row shows what somebody else has made of it: that may be overwritten.
      variables: { input: { actionId: action.id, ...draft, expectedVersion: refused ? action.version : seen } },
      pick: (data) => data.changeAgreedAction,
      said: 'Changed',
      reload: RELOAD,
      refused: (message) => {
        setProblem(message);
        setRefused(true);
      },
    });
    if (changed) onDone();
  };
  return (
    <ActionForm
      label="Change what was agreed on"
      draft={draft}
      job={job}
      problem={problem}
      busy={busy}
      submit="Save"
      onDraft={(changed) => {
        setDraft(changed);
        setProblem(undefined);
      }}
      onSubmit={change}
      onProblem={setProblem}
      onCancel={onDone}
    />
  );
}

interface ActionFormProps {
  readonly label: string;
  readonly draft: Draft;
  readonly job: Job;
  readonly problem: string | undefined;
  readonly busy: boolean;
  readonly submit: string;
  readonly onDraft: (draft: Draft) => void;
  readonly onSubmit: () => Promise<void>;
  readonly onProblem: (problem: string) => void;
  readonly onCancel?: () => void;
}

function ActionForm({
  label,
  draft,
  job,
  problem,
  busy,
  submit,
  onDraft,
  onSubmit,
  onProblem,
  onCancel,
}: ActionFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const onSend = (event: FormEvent) => {
    event.preventDefault();
    if (draft.text.trim() === '') {
      onProblem('Say what is to be done');
      form.current?.querySelector('input')?.focus();
      return;
    }
    void onSubmit();
  };
  return (
    <form ref={form} className={styles.form} aria-label={label} onSubmit={onSend} noValidate>
      <TextField
        label="What"
        value={draft.text}
        maxLength={500}
        problem={problem}
        data-new-action={onCancel ? undefined : ''}
        onChange={({ target }) => onDraft({ ...draft, text: target.value })}
      />
      <label className={styles.choice}>
        Who
        <select value={draft.ownerId} onChange={({ target }) => onDraft({ ...draft, ownerId: target.value })}>
          <Owners job={job} chosen={draft.ownerId} />
        </select>
      </label>
      <TextField
        label="By when"
        type="date"
        required
        value={draft.dueOn}
        onChange={({ target }) => target.value && onDraft({ ...draft, dueOn: target.value })}
      />
      <div className={styles.acts}>
        <Button type="submit" disabled={busy}>
          {submit}
        </Button>
        {onCancel ? (
          <Button look="quiet" onClick={onCancel}>
            Cancel
          </Button>
        ) : null}
      </div>
    </form>
  );
}

/** The hiring team, each once, and the viewer. Who is chosen already stays one of them. */
function Owners({ job, chosen }: { readonly job: Job; readonly chosen: string }) {
  const viewer = useViewer();
  const names = new Map([[viewer.id, viewer.name], ...job.team.map(({ user }) => [user.id, user.name] as const)]);
  return (
    <>
      {names.has(chosen) ? null : <option value={chosen}>As it is</option>}
      {[...names].map(([id, name]) => (
        <option key={id} value={id}>
          {id === viewer.id ? `${name} (me)` : name}
        </option>
      ))}
    </>
  );
}

interface EndOfCheckInProps {
  readonly job: Job;
  readonly previous: CheckInPartsFragment['previous'];
}

function EndOfCheckIn({ job, previous }: EndOfCheckInProps) {
  const { act, busy } = useAct();
  const [problem, setProblem] = useState<string>();
  const key = useRef(crypto.randomUUID());
  const end = async () => {
    setProblem(undefined);
    await act({
      mutation: HoldCheckIn,
      variables: { input: { jobId: job.id, idempotencyKey: key.current } },
      pick: (data) => data.holdCheckIn,
      said: 'The check-in is over. The next one begins here.',
      reload: RELOAD,
      refused: setProblem,
    });
    key.current = crypto.randomUUID();
  };
  return (
    <div className={styles.end}>
      <Button look="primary" disabled={busy} onClick={() => void end()}>
        End the check-in
      </Button>
      <span className="faint small">
        {problem ?? null}
        {!problem && previous ? (
          <>
            The last one ended {date(previous.heldAt, Date.now())}, {clock(previous.heldAt)}
            {previous.heldBy ? (
              <>
                , by <bdi>{previous.heldBy.name}</bdi>
              </>
            ) : null}
            .
          </>
        ) : null}
        {!problem && !previous ? 'The next one begins with what happens from then on.' : null}
      </span>
    </div>
  );
}
