import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useSend } from '../api/context';
import { Unreachable } from '../api/errors';
import { AddNote } from '../api/generated';
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
  readonly onClose: () => void;
}

/** Writes a note. Who may read it stands beside Save. The feed shows it as it does everything that happens. */
export function NoteComposer({ person, job, onClose }: NoteComposerProps) {
  const send = useSend();
  const [note, setNote] = useState(() => fitting(loadNote(person.id) ?? emptyNote(crypto.randomUUID(), job), job));
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => form.current?.querySelector('textarea')?.focus(), []);

  const change = (changed: Partial<NoteDraft>) => {
    const next = { ...note, ...changed };
    saveNote(person.id, next);
    setNote(next);
    setProblem(null);
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
      const { data, problems } = await send(AddNote, {
        input: {
          personId: person.id,
          jobId: job?.id ?? null,
          visibility: note.visibility,
          body: note.body,
          idempotencyKey: note.key,
        },
      });
      const result = data.addNote;
      if (result?.__typename === 'Note') {
        dropNote(person.id);
        toast('Note saved');
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
      <NoteFields body={note.body} visibility={note.visibility} job={job} problem={problem} onChange={change}>
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

/** A draft for a hiring team, begun beside a job, is nobody else's where there is none. */
function fitting(note: NoteDraft, job: { readonly title: string } | null): NoteDraft {
  const possible = readersOf(job).some(({ value }) => value === note.visibility);
  return possible ? note : { ...note, visibility: 'PRIVATE' };
}
