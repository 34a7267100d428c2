import { Link } from '@tanstack/react-router';
import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useApiQuery, useSend, useServices } from '../api/context';
import { Unreachable } from '../api/errors';
import { type Blocker, CancelMessage, Grants, SendMessage } from '../api/generated';
import { reasonOf } from '../reason';
import { useAct } from '../shell/act';
import { announce } from '../shell/announcer';
import { usePageKeys } from '../shell/keys';
import { toast } from '../shell/toasts';
import { useViewer } from '../shell/viewer';
import { Button, buttonClass } from '../ui/button';
import { TextArea, TextField } from '../ui/field';
import { Status } from '../ui/status';
import { exact } from '../ui/time';
import styles from './composer.module.css';
import { type Draft, draftKey, dropDraft, isBlank, saveDraft } from './draft';
import { InTouch } from './in-touch';
import { MESSAGE_QUERIES, type Message } from './messages';
import { isInTheWay, type Ownership } from './ownership';
import { afterSending, OBSTACLES } from './states';

interface ComposerProps {
  readonly person: { readonly id: string; readonly name: string };
  readonly addresses: readonly string[];
  readonly job: { readonly id: string; readonly title: string } | null;
  /** What would keep a mail from one's own mailbox from being sent to them now. */
  readonly obstacle: { readonly blocker: Blocker; readonly until: string | null } | null;
  readonly ownership: Ownership | null;
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
  readonly onClose: () => void;
}

/** Writes a mail. What keeps it from being sent is said before one writes, and again once it is kept. */
export function Composer({ person, addresses, job, obstacle, ownership, draft, onChange, onClose }: ComposerProps) {
  const viewer = useViewer();
  const send = useSend();
  const { cache } = useServices();
  const grants = useApiQuery(Grants, {});
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [kept, setKept] = useState<Message | null>(null);
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    const fields = form.current?.querySelectorAll<HTMLInputElement>('[name="subject"], [name="body"]') ?? [];
    const empty = [...fields].find(({ value }) => value === '');
    (empty ?? fields[1])?.focus();
  }, []);

  const owners = (grants.data?.data.sendingGrants ?? [])
    .filter(({ grantedBy, user, role }) => {
      if (!grantedBy || grantedBy.id === viewer.id) return false;
      return user?.id === viewer.id || (role !== null && viewer.roles.includes(role));
    })
    .map(({ grantedBy }) => grantedBy)
    .filter((owner) => owner !== null);
  const mailboxes = [...new Map(owners.map((owner) => [owner.id, owner])).values()];

  const change = (changed: Partial<Draft>) => {
    const next = { ...draft, ...changed };
    saveDraft(draftKey(person.id, next.replyTo), next);
    onChange(next);
    setProblem(null);
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing = draft.subject.trim() === '' ? 'subject' : draft.body.trim() === '' ? 'body' : null;
    if (missing) {
      setProblem({ path: missing, message: missing === 'subject' ? 'Give it a subject' : 'Write something' });
      form.current?.querySelector<HTMLElement>(`[name="${missing}"]`)?.focus();
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      const { data, problems } = await send(SendMessage, {
        input: {
          personId: person.id,
          subject: draft.subject,
          body: draft.body,
          fromUserId: draft.from,
          toAddress: draft.to,
          jobId: job?.id ?? null,
          replyToMessageId: draft.replyTo,
          sendAt: draft.later ? new Date(draft.later).toISOString() : null,
          idempotencyKey: draft.key,
        },
      });
      const result = data.sendMessage;
      if (!result) {
        setProblem({ path: '', message: problems[0]?.message ?? 'The mail was not kept' });
      } else if (result.__typename === 'Message') {
        dropDraft(draftKey(person.id, draft.replyTo));
        for (const { name } of MESSAGE_QUERIES) void cache.invalidateQueries({ queryKey: [name] });
        const said = afterSending(result.blocker, result.sendAt, Date.now());
        if (result.blocker) {
          announce(said);
          setKept(result);
        } else {
          toast(said);
          onClose();
        }
      } else {
        const found = result.__typename === 'InvalidInput' ? result.problems[0] : undefined;
        setProblem({ path: found?.path ?? '', message: found ? `${found.message}` : result.message });
      }
    } catch (failure) {
      const lost = failure instanceof Unreachable;
      const message = reasonOf(failure);
      setProblem({
        path: '',
        message: lost ? `${message}. Your text is kept. Send it again: nothing is sent twice.` : message,
      });
    } finally {
      setBusy(false);
    }
  };

  // What one has begun to write is never closed by a key.
  const leave = kept || isBlank(draft) ? onClose : null;
  usePageKeys('Mail', leave ? [{ key: 'Escape', name: 'Close the mail', perform: leave }] : []);
  const leaveByKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !leave) return;
    event.stopPropagation();
    leave();
  };

  if (kept?.blocker) return <Kept message={kept} blocker={kept.blocker} onClose={onClose} />;
  return (
    <section className={styles.composer} aria-label="A mail">
      {obstacle && (obstacle.blocker !== 'OWNED' || isInTheWay(ownership, draft.from)) ? (
        <BeforeWriting {...obstacle} person={person} ownership={ownership} />
      ) : null}
      <form
        ref={form}
        className={styles.composer}
        onSubmit={(event) => void submit(event)}
        onKeyDown={leaveByKey}
        noValidate
      >
        <div className={styles.pair}>
          <Choice
            label="From"
            value={draft.from ?? ''}
            onChange={(from) => change({ from: from || null })}
            options={[
              { value: '', name: `${viewer.name} (you)` },
              ...mailboxes.map(({ id, name }) => ({ value: id, name })),
              ...(draft.from && !mailboxes.some(({ id }) => id === draft.from)
                ? [{ value: draft.from, name: 'The mailbox it came from' }]
                : []),
            ]}
          />
          <Choice
            label="To"
            value={draft.to ?? ''}
            onChange={(to) => change({ to: to || null })}
            options={addresses.map((address, place) => ({ value: place === 0 ? '' : address, name: address }))}
          />
        </div>
        <TextField
          label="Subject"
          name="subject"
          maxLength={200}
          value={draft.subject}
          problem={pathOf(problem) === 'subject' ? problem?.message : undefined}
          onChange={({ target }) => change({ subject: target.value })}
        />
        <TextArea
          label="Text"
          name="body"
          rows={7}
          maxLength={20_000}
          value={draft.body}
          problem={pathOf(problem) === 'body' ? problem?.message : undefined}
          onChange={({ target }) => change({ body: target.value })}
        />
        <Later value={draft.later} onChange={(later) => change({ later })} />
        {problem && !['subject', 'body'].includes(pathOf(problem)) ? (
          <div role="alert" className={styles.problem}>
            <p>{problem.message}</p>
            {pathOf(problem) === 'idempotencyKey' ? (
              <>
                <p>An earlier version of this mail was kept already. Look among the messages before you write again.</p>
                <Button small onClick={() => change({ key: crypto.randomUUID() })}>
                  Make this a mail of its own
                </Button>
              </>
            ) : null}
          </div>
        ) : null}
        <div className={styles.acts}>
          <span className="faint small">
            {draft.subject || draft.body ? 'Draft kept in this tab' : job ? `About ${job.title}` : ''}
          </span>
          <Button onClick={onClose}>Close</Button>
          {draft.subject || draft.body ? (
            <Button
              onClick={() => {
                dropDraft(draftKey(person.id, draft.replyTo));
                onClose();
              }}
            >
              Discard
            </Button>
          ) : null}
          <Button look="primary" type="submit" disabled={busy}>
            {busy ? 'Sending' : draft.later ? 'Plan it' : 'Send'}
          </Button>
        </div>
      </form>
    </section>
  );
}

interface Problem {
  readonly path: string;
  readonly message: string;
}

function pathOf(problem: Problem | null): string {
  return problem?.path.split('.').at(-1) ?? '';
}

type BeforeWritingProps = NonNullable<ComposerProps['obstacle']> & Pick<ComposerProps, 'person' | 'ownership'>;

function BeforeWriting({ blocker, until, person, ownership }: BeforeWritingProps) {
  const { before, out, way, passes } = OBSTACLES[blocker];
  return (
    <div className={styles.notice}>
      <Status shape={passes ? 'paused' : 'bad'} large>
        {before}
      </Status>
      {blocker === 'OWNED' && ownership ? <InTouch person={person} ownership={ownership} /> : null}
      <p>{until ? `What you write waits until ${exact(until)}.` : out}</p>
      {way === 'suppression' ? (
        <Link to="/settings/suppression" className={buttonClass('link')}>
          Open the ledger
        </Link>
      ) : null}
    </div>
  );
}

/** It is kept, but something stands in its way. */
function Kept({
  message,
  blocker,
  onClose,
}: {
  readonly message: Message;
  readonly blocker: Blocker;
  readonly onClose: () => void;
}) {
  const { act, busy } = useAct();
  const { out, passes } = OBSTACLES[blocker];
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => close.current?.focus(), []);
  return (
    <section className={styles.composer} aria-label="Your mail">
      <Status shape={passes ? 'paused' : 'bad'} large>
        {passes ? 'Kept, not sent yet' : 'Kept, but it will not be sent'}
      </Status>
      <p>{afterSending(blocker, message.sendAt, Date.now())}</p>
      <p className="soft">{out}</p>
      <div className={styles.acts}>
        <span />
        {passes ? (
          <Button
            disabled={busy}
            onClick={async () => {
              const done = await act({
                mutation: CancelMessage,
                variables: { input: { messageId: message.id } },
                pick: (data) => data.cancelMessage,
                said: 'Cancelled: it will not be sent',
                reload: MESSAGE_QUERIES,
              });
              if (done) onClose();
            }}
          >
            Cancel this mail
          </Button>
        ) : null}
        <Button look="primary" ref={close} onClick={onClose}>
          {passes ? 'Leave it' : 'Close'}
        </Button>
      </div>
    </section>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly name: string }[];
  readonly onChange: (value: string) => void;
}

function Choice({ label, value, options, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <div className={styles.choice}>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={({ target }) => onChange(target.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.name}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Now, or at a time in the viewer's own time zone. */
function Later({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  const id = useId();
  if (!value) {
    return (
      <div>
        <Button look="link" onClick={() => onChange(tomorrowMorning(Date.now()))}>
          Send later…
        </Button>
      </div>
    );
  }
  return (
    <div className={styles.later}>
      <label htmlFor={id}>Send at</label>
      <input id={id} type="datetime-local" value={value} onChange={({ target }) => onChange(target.value)} />
      <Button look="link" onClick={() => onChange('')}>
        Send now instead
      </Button>
    </div>
  );
}

function tomorrowMorning(now: number): string {
  const at = new Date(now);
  at.setDate(at.getDate() + 1);
  const two = (figure: number) => String(figure).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T09:30`;
}
