import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { AnswerTakeover, PersonInFull, RequestTakeover, TakeOver, Today } from '../api/generated';
import { useAct } from '../shell/act';
import { Button } from '../ui/button';
import { TextField } from '../ui/field';
import { Status } from '../ui/status';
import { exact, Time } from '../ui/time';
import styles from './in-touch.module.css';
import { MESSAGE_QUERIES } from './messages';
import { inTouch, type Ownership, ownerName, ruleOf } from './ownership';

const RELOAD = [PersonInFull, Today, ...MESSAGE_QUERIES];

interface InTouchProps {
  readonly person: { readonly id: string; readonly name: string };
  readonly ownership: Ownership;
}

/** Who is in touch with a person, until when, by which rule, and what one can do about it. */
export function InTouch({ person, ownership }: InTouchProps) {
  return (
    <div className={styles.touch}>
      <span title={exact(ownership.until)}>
        <Status shape={ownership.isViewer ? 'good' : 'paused'}>{inTouch(ownership, Date.now())}</Status>
      </span>
      <span className="soft small">{ruleOf(ownership)}</span>
      <Ways person={person} ownership={ownership} />
    </div>
  );
}

function Ways({ person, ownership }: InTouchProps) {
  const [open, setOpen] = useState<'ask' | 'take' | null>(null);
  const own = ownership.takeoverRequests.find((request) => request.isViewers);
  const close = () => setOpen(null);
  if (ownership.viewerCan.answer) return <Requests person={person} ownership={ownership} />;
  if (open === 'ask') return <Ask person={person} ownership={ownership} onClose={close} />;
  if (open === 'take') return <Take person={person} onClose={close} />;
  return (
    <>
      {own ? (
        <span className="soft small">
          You asked <bdi>{ownerName(ownership)}</bdi> <Time at={own.requestedAt} />
        </span>
      ) : ownership.viewerCan.request ? (
        <Button look="link" onClick={() => setOpen('ask')}>
          Ask {ownerName(ownership)}
        </Button>
      ) : null}
      {ownership.viewerCan.takeOver ? (
        <Button look="link" onClick={() => setOpen('take')}>
          Take over
        </Button>
      ) : null}
    </>
  );
}

/** Who asks to take the person over, for who is in touch. */
function Requests({ person, ownership }: InTouchProps) {
  const { act, busy } = useAct();
  const answer = (id: string, name: string, accept: boolean) =>
    void act({
      mutation: AnswerTakeover,
      variables: { input: { takeoverRequestId: id, accept } },
      pick: (data) => data.answerTakeover,
      said: accept ? `${name} is in touch with ${person.name} now` : `You stay in touch with ${person.name}`,
      reload: RELOAD,
    });
  return ownership.takeoverRequests.map(({ id, note, requestedBy }) => {
    const name = requestedBy?.name ?? 'A colleague';
    return (
      <div key={id} className={styles.request}>
        <p>
          <bdi>{name}</bdi> asks to take over
          {note ? (
            <>
              : <q dir="auto">{note}</q>
            </>
          ) : null}
        </p>
        <Button small disabled={busy} onClick={() => answer(id, name, true)}>
          Hand over
          <span className="unseen"> to {name}</span>
        </Button>
        <Button small look="quiet" disabled={busy} onClick={() => answer(id, name, false)}>
          Decline
          <span className="unseen">: {name}</span>
        </Button>
      </div>
    );
  });
}

function Ask({ person, ownership, onClose }: InTouchProps & { readonly onClose: () => void }) {
  const { act, busy } = useAct();
  const [problem, setProblem] = useState<string | null>(null);
  const name = ownerName(ownership);
  const ask = async (reason: string) => {
    const done = await act({
      mutation: RequestTakeover,
      variables: { input: { personId: person.id, reason: reason || null } },
      pick: (data) => worded(data.requestTakeover),
      said: `${name} was asked, and gets a mail`,
      reload: RELOAD,
      refused: setProblem,
    });
    if (done) onClose();
  };
  return (
    <Reason
      label={`Why, for ${name} (optional)`}
      words={`Ask ${name}`}
      busy={busy}
      problem={problem}
      onSubmit={ask}
      onClose={onClose}
    />
  );
}

function Take({ person, onClose }: { readonly person: InTouchProps['person']; readonly onClose: () => void }) {
  const { act, busy } = useAct();
  const [problem, setProblem] = useState<string | null>(null);
  const take = async (reason: string) => {
    if (reason.trim() === '') {
      setProblem('Say why: it is kept with the takeover');
      return;
    }
    const done = await act({
      mutation: TakeOver,
      variables: { input: { personId: person.id, reason } },
      pick: (data) => worded(data.takeOver),
      said: `You are in touch with ${person.name} now`,
      reload: RELOAD,
      refused: setProblem,
    });
    if (done) onClose();
  };
  return (
    <Reason
      label="Why you take them over"
      words="Take over"
      busy={busy}
      problem={problem}
      onSubmit={take}
      onClose={onClose}
    />
  );
}

/** What was refused, in the words of what is wrong rather than of the input as a whole. */
function worded<Result extends object>(
  result: Result & { readonly problems?: readonly { readonly message: string }[]; readonly message?: string },
) {
  const problem = result.problems?.[0]?.message;
  return problem === undefined ? result : { ...result, message: problem };
}

interface ReasonProps {
  readonly label: string;
  readonly words: string;
  readonly busy: boolean;
  readonly problem: string | null;
  readonly onSubmit: (reason: string) => Promise<void>;
  readonly onClose: () => void;
}

function Reason({ label, words, busy, problem, onSubmit, onClose }: ReasonProps) {
  const [reason, setReason] = useState('');
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void onSubmit(reason);
  };
  const leave = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    onClose();
  };
  return (
    <form ref={form} className={styles.reason} onSubmit={submit} onKeyDown={leave} noValidate>
      <TextField
        label={label}
        maxLength={500}
        value={reason}
        problem={problem ?? undefined}
        onChange={({ target }) => setReason(target.value)}
      />
      <div className={styles.acts}>
        <Button small look="primary" type="submit" disabled={busy}>
          {words}
        </Button>
        <Button small look="quiet" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
