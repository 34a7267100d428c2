import { type FormEvent, useCallback, useEffect, useRef, useState } from 'react';
import { useSend } from '../api/context';
import { Unreachable } from '../api/errors';
import { EditNote, type EditNoteMutation, type FeedNoteFragment, RemoveNote } from '../api/generated';
import { reasonOf } from '../reason';
import { toast } from '../shell/toasts';
import { Button } from '../ui/button';
import { useFocusAfterClose } from '../ui/use-focus-after-close';
import { READERS } from './activity';
import { dropEdit, loadEdit, type NoteEdit, saveEdit } from './note';
import styles from './note.module.css';
import { NoteFields } from './note-fields';

type Current = Extract<EditNoteMutation['editNote'], { __typename: 'NoteConflict' }>['current'];

interface NoteEntryProps {
  readonly note: FeedNoteFragment;
  readonly job: { readonly title: string } | null;
  /** The note as it is now; null if it was removed. */
  readonly onChanged: (note: FeedNoteFragment | null) => void;
}

/** What its author may do with a note, below it. */
export function NoteActs({ note, job, onChanged }: NoteEntryProps) {
  const [open, setOpen] = useState<'edit' | 'remove' | null>(null);
  const begun = loadEdit(note.id) !== null;
  const acts = useRef<HTMLDivElement>(null);
  const focus = useCallback(
    (act: string) => acts.current?.querySelector<HTMLElement>(`[data-act="${act}"]`)?.focus(),
    [],
  );
  useFocusAfterClose(open ?? undefined, focus);
  const close = () => setOpen(null);
  if (open === 'edit') return <EditForm note={note} job={job} onChanged={onChanged} onClose={close} />;
  if (open === 'remove') return <RemoveForm note={note} job={job} onChanged={onChanged} onClose={close} />;
  return (
    <div ref={acts} className={styles.own}>
      <Button look="link" data-act="edit" onClick={() => setOpen('edit')}>
        {begun ? 'Go on with your change' : 'Edit'}
      </Button>
      <Button look="link" data-act="remove" onClick={() => setOpen('remove')}>
        Remove
      </Button>
    </div>
  );
}

type FormProps = NoteEntryProps & { readonly onClose: () => void };

function EditForm({ note, job, onChanged, onClose }: FormProps) {
  const send = useSend();
  const [edit, setEdit] = useState<NoteEdit>(
    () => loadEdit(note.id) ?? { body: note.body, visibility: note.visibility, version: note.version },
  );
  const [problem, setProblem] = useState<string | null>(null);
  const [conflict, setConflict] = useState<Current | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('textarea')?.focus(), []);

  const change = (changed: Partial<NoteEdit>) => {
    const next = { ...edit, ...changed };
    saveEdit(note.id, next);
    setEdit(next);
    setProblem(null);
  };
  const leave = () => {
    dropEdit(note.id);
    onClose();
  };
  const take = (current: Current) => {
    onChanged({ ...note, ...current });
    leave();
  };
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (edit.body.trim() === '') {
      setProblem('Write something, or remove the note');
      form.current?.querySelector('textarea')?.focus();
      return;
    }
    setBusy(true);
    try {
      const { data } = await send(EditNote, {
        input: {
          noteId: note.id,
          body: edit.body,
          visibility: edit.visibility,
          expectedVersion: conflict?.version ?? edit.version,
        },
      });
      const result = data.editNote;
      if (result.__typename === 'Note') {
        toast('Note changed');
        onChanged(result);
        leave();
      } else if (result.__typename === 'NoteConflict') {
        setConflict(result.current);
      } else {
        setProblem((result.__typename === 'InvalidInput' ? result.problems[0]?.message : null) ?? result.message);
      }
    } catch (failure) {
      const kept = failure instanceof Unreachable ? '. Your text is kept. Save it again.' : '';
      setProblem(`${reasonOf(failure)}${kept}`);
    } finally {
      setBusy(false);
    }
  };
  // A note to a hiring team stays one, if its job is none that the author sees by now.
  const about = job ?? (note.visibility === 'HIRING_TEAM' ? { title: 'its job' } : null);
  return (
    <form
      ref={form}
      aria-label="Change the note"
      className={styles.note}
      noValidate
      onSubmit={(event) => void save(event)}
    >
      {conflict ? <Conflict current={conflict} edit={edit} /> : null}
      <NoteFields body={edit.body} visibility={edit.visibility} job={about} problem={problem} onChange={change}>
        {conflict ? (
          <Button onClick={() => take(conflict)}>Keep the other one</Button>
        ) : (
          <Button onClick={leave}>Discard</Button>
        )}
        <Button onClick={onClose}>Close</Button>
        <Button look="primary" type="submit" disabled={busy}>
          {busy ? 'Saving' : conflict ? 'Replace it with mine' : 'Save'}
        </Button>
      </NoteFields>
    </form>
  );
}

/** They changed it in another window meanwhile: both texts, side by side. */
function Conflict({ current, edit }: { readonly current: Current; readonly edit: NoteEdit }) {
  return (
    <div role="alert" className={styles.conflict}>
      <p>
        <strong>You have changed this note in another window or on another device.</strong> Nothing is overwritten yet.
      </p>
      <dl>
        <div>
          <dt>There</dt>
          <dd dir="auto">{current.body}</dd>
          <dd className="faint small">{READERS[current.visibility]}</dd>
        </div>
        <div>
          <dt>Here</dt>
          <dd dir="auto">{edit.body}</dd>
          <dd className="faint small">{READERS[edit.visibility]}</dd>
        </div>
      </dl>
    </div>
  );
}

function RemoveForm({ note, onChanged, onClose }: FormProps) {
  const send = useSend();
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => keep.current?.focus(), []);
  const remove = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const { data } = await send(RemoveNote, { input: { noteId: note.id, expectedVersion: note.version } });
      const result = data.removeNote;
      if (result.__typename === 'Note') {
        dropEdit(note.id);
        toast('Note removed');
        onChanged(null);
      } else {
        if (result.__typename === 'NoteConflict') onChanged({ ...note, ...result.current });
        setProblem(result.message);
      }
    } catch (failure) {
      setProblem(reasonOf(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className={styles.own}>
      {problem ? (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      ) : null}
      <span>Remove this note for everybody? It cannot be brought back.</span>
      <Button small danger disabled={busy} onClick={() => void remove()}>
        Remove note
      </Button>
      <Button small ref={keep} onClick={onClose}>
        Keep it
      </Button>
    </div>
  );
}
