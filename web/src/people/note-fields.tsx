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
  /** Whether the ATS is to have it as well; left out where nobody is asked. */
  readonly ats?: boolean;
  readonly problem: string | null;
  readonly onChange: (changed: {
    readonly body?: string;
    readonly visibility?: NoteVisibility;
    readonly ats?: boolean;
  }) => void;
  /** What can be done with it, beside who may read it. */
  readonly children: ReactNode;
}

/** The text of a note, and who may read it. */
export function NoteFields({ body, visibility, job, ats, problem, onChange, children }: NoteFieldsProps) {
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
      {ats === undefined ? null : (
        <label className={styles.ats}>
          <input type="checkbox" checked={ats} onChange={({ target }) => onChange({ ats: target.checked })} />
          Write it to the ATS as well, where it stays as it is
        </label>
      )}
      <div className={styles.acts}>
        <label htmlFor={readers}>Who may read it</label>
        <select
          id={readers}
          value={visibility}
          onChange={({ target }) => {
            if (target.value in NOTE_READERS) onChange({ visibility: target.value as NoteVisibility });
          }}
        >
          {readersOf(job, ats).map(({ value, name }) => (
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
