import { type FormEvent, type KeyboardEvent, type ReactNode, type RefObject, useEffect, useId, useRef } from 'react';
import { Button } from './button';
import styles from './dialog.module.css';

interface DialogProps {
  readonly title: ReactNode;
  /** What its first button does. */
  readonly act: string;
  /** It cannot be done yet, or is being done. */
  readonly disabled?: boolean;
  /** Why it was not done. */
  readonly problem?: string | undefined;
  /** Of the form, for who gives the focus to something in it. */
  readonly form?: RefObject<HTMLFormElement | null>;
  /** `close` closes it. */
  readonly onAct: (close: () => void) => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Asks for what something needs before it is done; Escape leaves it, Ctrl or Cmd with Enter does it. */
export function Dialog({ title, act, disabled = false, problem, form, onAct, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const own = useRef<HTMLFormElement>(null);
  const inside = form ?? own;
  const heading = useId();
  useEffect(() => dialog.current?.showModal(), []);
  const close = () => dialog.current?.close();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!disabled) onAct(close);
  };
  const submitByKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) inside.current?.requestSubmit();
  };
  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby={heading} onClose={onClose}>
      <form ref={inside} onSubmit={submit} onKeyDown={submitByKey} noValidate>
        <h2 id={heading}>{title}</h2>
        {children}
        {problem ? (
          <p className={styles.problem} role="alert">
            {problem}
          </p>
        ) : null}
        <div className={styles.acts}>
          <Button look="primary" type="submit" disabled={disabled}>
            {act}
          </Button>
          <Button onClick={close}>Cancel</Button>
        </div>
      </form>
    </dialog>
  );
}
