import { Status } from '../ui/status';
import styles from './rate.module.css';
import { counts, isDrawable, isFew, percentage, type Rate, sentence } from './rates';

/** "62 % · 13 of 21", marked where there are few. */
export function RateText({ rate }: { readonly rate: Rate }) {
  const percent = percentage(rate);
  if (rate.denominator === 0) return <span className="faint">nobody decided on</span>;
  return (
    <span className={styles.rate} title={sentence(rate)}>
      <strong>{percent ?? counts(rate)}</strong>
      {percent ? ` · ${counts(rate)}` : ''}
      {isFew(rate) ? (
        <span className={styles.few}>
          <Status shape="warn">few</Status>
        </span>
      ) : null}
    </span>
  );
}

const WIDTH = 100;

/** The rate as a dot on a line from 0 to 100 %, and where the true one may lie as a line without caps. */
export function RateRange({ rate }: { readonly rate: Rate }) {
  const drawn = isDrawable(rate);
  const at = (value: number | null) => `${(value ?? 0) * WIDTH}%`;
  return (
    <svg className={styles.range} role="img" aria-label={sentence(rate)}>
      <line className={styles.whole} x1="0" x2="100%" y1="50%" y2="50%" />
      {drawn ? (
        <>
          <line className={styles.likely} x1={at(rate.low)} x2={at(rate.high)} y1="50%" y2="50%" />
          <circle className={styles.dot} cx={at(rate.value)} cy="50%" r="4" />
        </>
      ) : null}
    </svg>
  );
}
