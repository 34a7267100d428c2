import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import styles from './button.module.css';
import { classes } from './classes';

type Look = 'plain' | 'primary' | 'quiet' | 'link';

interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className'> {
  readonly look?: Look;
  readonly small?: boolean;
  /** For what cannot be undone. */
  readonly danger?: boolean;
  /** An icon alone: then `label` says what it does. */
  readonly lone?: boolean;
  readonly label?: string;
  readonly children: ReactNode;
  readonly ref?: Ref<HTMLButtonElement>;
}

export function Button({
  look = 'plain',
  small,
  danger,
  lone,
  label,
  children,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      {...(label ? { 'aria-label': label, title: label } : {})}
      className={buttonClass(look, { small, danger, lone })}
    >
      {children}
    </button>
  );
}

/** The same look for a link that leads somewhere. */
export function buttonClass(
  look: Look,
  {
    small,
    danger,
    lone,
  }: { small?: boolean | undefined; danger?: boolean | undefined; lone?: boolean | undefined } = {},
): string {
  return classes(
    styles.button,
    look !== 'plain' && styles[look],
    small && styles.small,
    danger && styles.danger,
    lone && styles.lone,
  );
}
