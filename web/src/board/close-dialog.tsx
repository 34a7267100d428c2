import { useCallback, useEffect, useRef, useState } from 'react';
import { useApiQuery } from '../api/context';
import { type ClosedBy, CloseReasons } from '../api/generated';
import { QueryFailure } from '../shell/query-failure';
import { Choices } from '../ui/choices';
import { Dialog } from '../ui/dialog';
import { TextArea } from '../ui/field';
import { Skeleton } from '../ui/region';
import { Segments } from '../ui/segments';
import type { Closing } from './board';
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
  // Which reason is the first thing one says: the keys begin there.
  useEffect(() => {
    if (loaded) form.current?.querySelector<HTMLInputElement>('input[type=radio]')?.focus();
  }, [loaded]);

  const submit = (close: () => void) => {
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
    close();
    onEnd({ by, reasonId: reason.id, reason: reason.name, note: note.trim(), mail });
  };
  return (
    <Dialog
      title={
        number > 1 ? (
          `End ${number} applications`
        ) : (
          <>
            End the application of <bdi>{name}</bdi>
          </>
        )
      }
      act={by === 'PERSON' ? 'Record that they withdrew' : 'Reject'}
      disabled={!loaded}
      problem={held ? obstacleOf(mail, number) : undefined}
      form={form}
      onAct={submit}
      onClose={onClose}
    >
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
        <Choices
          legend="Why"
          options={reasons.map(({ id, name: reason }) => ({ value: id, name: reason }))}
          value={chosen}
          onChange={(id) => {
            setChosen(id);
            setMissing(false);
          }}
          problem={missing ? 'Choose why.' : undefined}
          nothing="The ATS has no reason of this kind."
        />
      ) : query.isPending ? (
        <Skeleton rows={4} label="Loading the reasons" />
      ) : (
        <QueryFailure what="The reasons cannot be shown" query={query} problem={query.data?.problems[0]} />
      )}
      <TextArea
        label="Note (may be left empty)"
        hint="For those who work on it in the ATS, which keeps it. They are not sent it."
        rows={2}
        maxLength={10_000}
        value={note}
        onChange={({ target }) => setNote(target.value)}
      />
      {by === 'ORGANISATION' ? <RejectionMail applicationIds={applicationIds} name={name} onChange={choose} /> : null}
    </Dialog>
  );
}

/** Why the mail holds the ending up. */
function obstacleOf(mail: MailChoice, number: number): string {
  if (mail && 'problem' in mail && mail.problem === '') {
    return 'The mail is not there yet: wait a moment, or choose none.';
  }
  return number > 1
    ? 'The mail cannot go to all of them: say what becomes of the others, or choose another one.'
    : 'The mail cannot go like this: choose another one, or none.';
}
