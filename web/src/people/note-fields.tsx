import { type ReactNode, useId } from 'react';
import type { NoteVisibility } from '../api/generated';
import { TextArea } from '../ui/field';
import { NOTE_READERS, readersOf } from './note';
import styles from './note.module.css';

const LONGEST = 10_000;

interface NoteFieldsProps {
  readonly body: string;
  readonly visibility: NoteVisibility;
  /** The job it is about: its hiring team may be chosen to read it. */
  readonly job: { readonly title: string } | null;
  readonly problem: string | null;
  readonly onChange: (changed: { readonly body?: string; readonly visibility?: NoteVisibility }) => void;
  /** What can be done with it, beside who may read it. */
  readonly children: ReactNode;
}

/** The text of a note, and who may read it. */
export function NoteFields({ body, visibility, job, problem, onChange, children }: NoteFieldsProps) {
  const readers = useId();
  return (
    <>
      <TextArea
        label="Note"
        name="note"
        rows={5}
        dir="auto"
        maxLength={LONGEST}
        value={body}
        problem={problem ?? undefined}
        onChange={({ target }) => onChange({ body: target.value })}
      />
      <div className={styles.acts}>
        <label htmlFor={readers}>Who may read it</label>
        <select
          id={readers}
          value={visibility}
          onChange={({ target }) => {
            if (target.value in NOTE_READERS) onChange({ visibility: target.value as NoteVisibility });
          }}
        >
          {readersOf(job).map(({ value, name }) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
        <span />
        {children}
      </div>
    </>
  );
}
