import {
  ArrowRight,
  Check,
  Circle,
  CircleCheck,
  CircleDashed,
  CircleHelp,
  Clock,
  Diamond,
  Info,
  Lock,
  type LucideIcon,
  Pause,
  Radio,
  RefreshCw,
  Star,
  Triangle,
  X,
  Zap,
} from 'lucide-react';
import { classes } from './classes';
import styles from './status.module.css';

export type Hue = 'good' | 'warn' | 'bad' | 'calm' | 'info';

/** Each status has a shape of its own, so that nobody needs its colour. */
const SHAPES = {
  good: [CircleCheck, 'good'],
  warn: [Triangle, 'warn'],
  bad: [Diamond, 'bad'],
  paused: [Pause, 'calm'],
  closed: [Circle, 'calm'],
  pending: [RefreshCw, 'warn'],
  conflict: [Zap, 'bad'],
  doubt: [CircleHelp, 'warn'],
  live: [Radio, 'info'],
  waiting: [Clock, 'info'],
  hint: [Info, 'info'],
  yes: [Check, 'good'],
  star: [Star, 'warn'],
  no: [X, 'bad'],
  onward: [ArrowRight, 'calm'],
  open: [CircleDashed, 'calm'],
  hidden: [Lock, 'calm'],
} as const satisfies Record<string, readonly [LucideIcon, Hue]>;

export type Shape = keyof typeof SHAPES;

interface StatusProps {
  readonly shape: Shape;
  /** The word: a shape and a colour alone say nothing to many people. */
  readonly children: string;
  readonly mark?: boolean;
  readonly large?: boolean;
  /** Only the shape is coloured, where every row has one. */
  readonly plainWord?: boolean;
}

export function Status({ shape, children, mark, large, plainWord }: StatusProps) {
  const [Icon, hue] = SHAPES[shape];
  const filled = shape === 'warn' || shape === 'bad';
  return (
    <span
      data-shape={shape}
      className={classes(
        styles.status,
        styles[hue],
        filled && styles.filled,
        mark && styles.mark,
        large && styles.large,
        plainWord && styles.ink,
      )}
    >
      <Icon aria-hidden="true" />
      <span title={children}>{children}</span>
    </span>
  );
}
