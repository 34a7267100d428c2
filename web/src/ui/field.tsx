import { type InputHTMLAttributes, type ReactNode, type TextareaHTMLAttributes, useId } from 'react';
import styles from './field.module.css';

interface Described {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  /** What is wrong with it, beside it. */
  readonly problem?: string | undefined;
}

type TextFieldProps = Described & Omit<InputHTMLAttributes<HTMLInputElement>, 'className' | 'id'>;

export function TextField({ label, hint, problem, ...rest }: TextFieldProps) {
  const id = useId();
  return (
    <Field id={id} label={label} hint={hint} problem={problem}>
      <input {...rest} id={id} className={styles.input} {...describedBy(id, hint, problem)} />
    </Field>
  );
}

type TextAreaProps = Described & Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'className' | 'id'>;

export function TextArea({ label, hint, problem, ...rest }: TextAreaProps) {
  const id = useId();
  return (
    <Field id={id} label={label} hint={hint} problem={problem}>
      <textarea {...rest} id={id} className={styles.input} {...describedBy(id, hint, problem)} />
    </Field>
  );
}

function Field({
  id,
  label,
  hint,
  problem,
  children,
}: Described & { readonly id: string; readonly children: ReactNode }) {
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {children}
      {hint ? (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      ) : null}
      {problem ? (
        <p id={`${id}-problem`} className={styles.problem}>
          {problem}
        </p>
      ) : null}
    </div>
  );
}

function describedBy(id: string, hint: ReactNode, problem: string | undefined) {
  const ids = [hint ? `${id}-hint` : null, problem ? `${id}-problem` : null].filter(Boolean).join(' ');
  return { 'aria-invalid': problem !== undefined, ...(ids ? { 'aria-describedby': ids } : {}) };
}
