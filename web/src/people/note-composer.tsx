import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useSend } from '../api/context';
import { Unreachable } from '../api/errors';
import { AddApplicationNote, AddNote } from '../api/generated';
import { reasonOf } from '../reason';
import { toast } from '../shell/toasts';
import { Button } from '../ui/button';
import { dropNote, emptyNote, loadNote, type NoteDraft, readersOf, saveNote } from './note';
import styles from './note.module.css';
import { NoteFields } from './note-fields';

export { loadNote } from './note';

interface NoteComposerProps {
  readonly person: { readonly id: string; readonly name: string };
  readonly job: { readonly id: string; readonly title: string } | null;
  /** The application with which the ATS can have it as well. */
  readonly application: string | null;
  readonly onClose: () => void;
}

/** Writes a note. Who may read it stands beside Save. The feed shows it as it does everything that happens. */
export function NoteComposer({ person, job, application, onClose }: NoteComposerProps) {
  const send = useSend();
  const [note, setNote] = useState(() => fitting(loadNote(person.id) ?? emptyNote(crypto.randomUUID(), job), job));
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => form.current?.querySelector('textarea')?.focus(), []);

  const change = (changed: Partial<NoteDraft>) => {
    const next = fitting({ ...note, ...changed }, job);
    saveNote(person.id, next);
    setNote(next);
    setProblem(null);
  };

  const inAts = application !== null && note.ats;
  const write = async () => {
    const said = { visibility: note.visibility, body: note.body, idempotencyKey: note.key };
    if (inAts) {
      const { data, problems } = await send(AddApplicationNote, { input: { applicationId: application, ...said } });
      return { result: data.addApplicationNote, problems };
    }
    const { data, problems } = await send(AddNote, { input: { personId: person.id, jobId: job?.id ?? null, ...said } });
    return { result: data.addNote, problems };
  };
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (note.body.trim() === '') {
      setProblem('Write something');
      form.current?.querySelector('textarea')?.focus();
      return;
    }
    setBusy(true);
    try {
      const { result, problems } = await write();
      if (result?.__typename === 'Note') {
        dropNote(person.id);
        toast(inAts ? 'Note saved; the ATS is told' : 'Note saved');
        onClose();
      } else {
        const found = result?.__typename === 'InvalidInput' ? result.problems[0]?.message : result?.message;
        setProblem(found ?? problems[0]?.message ?? 'The note was not saved');
      }
    } catch (failure) {
      const kept =
        failure instanceof Unreachable ? '. Your text is kept. Save it again: nothing is written twice.' : '';
      setProblem(`${reasonOf(failure)}${kept}`);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form ref={form} className={styles.note} onSubmit={(event) => void save(event)} noValidate>
      <NoteFields
        body={note.body}
        visibility={note.visibility}
        job={job}
        {...(application ? { ats: note.ats } : {})}
        problem={problem}
        onChange={change}
      >
        <Button onClick={onClose}>Close</Button>
        {note.body ? (
          <Button
            onClick={() => {
              dropNote(person.id);
              onClose();
            }}
          >
            Discard
          </Button>
        ) : null}
        <Button look="primary" type="submit" disabled={busy}>
          {busy ? 'Saving' : 'Save'}
        </Button>
      </NoteFields>
    </form>
  );
}

/**
 * A draft for a hiring team, begun beside a job, is nobody else's where there is none; one that only its author was to
 * read is the hiring team's, if the ATS is to have it.
 */
function fitting(note: NoteDraft, job: { readonly title: string } | null): NoteDraft {
  const possible = readersOf(job, note.ats).some(({ value }) => value === note.visibility);
  if (possible) return note;
  if (!note.ats) return { ...note, visibility: 'PRIVATE' };
  return job ? { ...note, visibility: 'HIRING_TEAM' } : { ...note, ats: false };
}
