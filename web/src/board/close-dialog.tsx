import { type FormEvent, type KeyboardEvent, useCallback, useEffect, useRef, useState } from 'react';
import { useApiQuery } from '../api/context';
import { type ClosedBy, CloseReasons } from '../api/generated';
import { QueryFailure } from '../shell/query-failure';
import { Button } from '../ui/button';
import { TextArea } from '../ui/field';
import { Skeleton } from '../ui/region';
import { Segments } from '../ui/segments';
import type { Closing } from './board';
import styles from './close-dialog.module.css';
import { type MailChoice, RejectionMail } from './rejection-mail';

interface CloseDialogProps {
  readonly name: string;
  /** Those that are ended together, or one; the name is that of the first one. */
  readonly applicationIds: readonly string[];
  readonly onEnd: (closing: Closing) => void;
  readonly onClose: () => void;
}

const WHO: readonly { readonly value: ClosedBy; readonly name: string }[] = [
  { value: 'ORGANISATION', name: 'We reject them' },
  { value: 'PERSON', name: 'They withdrew' },
];

/** Who ends an application, why, and what the ATS is to be told beside that. */
export function CloseDialog({ name, applicationIds, onEnd, onClose }: CloseDialogProps) {
  const number = applicationIds.length;
  const dialog = useRef<HTMLDialogElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const [by, setBy] = useState<ClosedBy>('ORGANISATION');
  const [chosen, setChosen] = useState<string | null>(null);
  const [note, setNote] = useState('');
  const [missing, setMissing] = useState(false);
  const [mail, setMail] = useState<MailChoice>(null);
  const [held, setHeld] = useState(false);
  const choose = useCallback((choice: MailChoice) => {
    setMail(choice);
    setHeld(false);
  }, []);
  const query = useApiQuery(CloseReasons, {});
  const reasons = (query.data?.data.closeReasons ?? []).filter(({ closedBy }) => closedBy === by);
  const loaded = query.data?.data.closeReasons != null;
  useEffect(() => dialog.current?.showModal(), []);
  // Which reason is the first thing one says: the keys begin there.
  useEffect(() => {
    if (loaded) form.current?.querySelector<HTMLInputElement>('input[type=radio]')?.focus();
  }, [loaded]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const reason = reasons.find(({ id }) => id === chosen);
    if (!reason) {
      setMissing(true);
      form.current?.querySelector<HTMLInputElement>('input[type=radio]')?.focus();
      return;
    }
    if (mail && 'problem' in mail) {
      setHeld(true);
      return;
    }
    dialog.current?.close();
    onEnd({ by, reasonId: reason.id, reason: reason.name, note: note.trim(), mail });
  };
  const sendByKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.current?.requestSubmit();
  };
  const act = by === 'PERSON' ? 'Record that they withdrew' : 'Reject';
  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby="close-title" onClose={onClose}>
      <form ref={form} onSubmit={submit} onKeyDown={sendByKey} noValidate>
        <h2 id="close-title">
          {number > 1 ? (
            `End ${number} applications`
          ) : (
            <>
              End the application of <bdi>{name}</bdi>
            </>
          )}
        </h2>
        <Segments
          label="Who ends it"
          options={WHO}
          value={by}
          onChange={(changed) => {
            setBy(changed);
            setChosen(null);
            setMissing(false);
            setMail(null);
            setHeld(false);
          }}
        />
        {loaded ? (
          <fieldset className={styles.reasons} aria-describedby={missing ? 'close-missing' : undefined}>
            <legend>Why</legend>
            {reasons.map(({ id, name: reason }) => (
              <label key={id}>
                <input
                  type="radio"
                  name="reason"
                  value={id}
                  checked={chosen === id}
                  onChange={() => {
                    setChosen(id);
                    setMissing(false);
                  }}
                />
                <span dir="auto">{reason}</span>
              </label>
            ))}
            {reasons.length === 0 ? <p className="soft">The ATS has no reason of this kind.</p> : null}
          </fieldset>
        ) : query.isPending ? (
          <Skeleton rows={4} label="Loading the reasons" />
        ) : (
          <QueryFailure what="The reasons cannot be shown" query={query} problem={query.data?.problems[0]} />
        )}
        {missing ? (
          <p id="close-missing" className={styles.missing} role="alert">
            Choose why.
          </p>
        ) : null}
        <TextArea
          label="Note (may be left empty)"
          hint="For those who work on it in the ATS, which keeps it. They are not sent it."
          rows={2}
          maxLength={10_000}
          value={note}
          onChange={({ target }) => setNote(target.value)}
        />
        {by === 'ORGANISATION' ? <RejectionMail applicationIds={applicationIds} name={name} onChange={choose} /> : null}
        {held ? (
          <p className={styles.missing} role="alert">
            {mail && 'problem' in mail && mail.problem === ''
              ? 'The mail is not there yet: wait a moment, or choose none.'
              : number > 1
                ? 'The mail cannot go to all of them: say what becomes of the others, or choose another one.'
                : 'The mail cannot go like this: choose another one, or none.'}
          </p>
        ) : null}
        <div className={styles.acts}>
          <Button look="primary" type="submit" disabled={!loaded}>
            {act}
          </Button>
          <Button onClick={() => dialog.current?.close()}>Cancel</Button>
        </div>
      </form>
    </dialog>
  );
}
