import styles from './avatar.module.css';
import { classes } from './classes';
import { initials } from './names';

const HUES = 6;

/** A person's initials on a colour that stays theirs. Decoration: the name always stands beside it. */
export function Avatar({ name, large }: { readonly name: string; readonly large?: boolean }) {
  return (
    <span aria-hidden="true" className={classes(styles.avatar, large && styles.large, styles[`hue${hueOf(name)}`])}>
      {initials(name)}
    </span>
  );
}

function hueOf(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return sum % HUES;
}
