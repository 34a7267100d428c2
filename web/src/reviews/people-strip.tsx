import { List } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Avatar } from '../ui/avatar';
import { classes } from '../ui/classes';
import { Status } from '../ui/status';
import styles from './people-strip.module.css';
import { VERDICT_WORDS } from './rules';
import type { Decisions } from './use-decisions';
import type { Review } from './use-review';
import { VERDICT_SHAPES } from './verdict';

interface PeopleStripProps {
  readonly review: Review;
  readonly decisions: Decisions;
  readonly place: number | 'summary';
  readonly onGo: (place: number | 'summary') => void;
}

/** Everybody of the review with one's own verdict; a row of pictures on a phone. */
export function PeopleStrip({ review, decisions, place, onGo }: PeopleStripProps) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    list.current?.querySelector(`[data-place="${place}"]`)?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [place]);
  return (
    <nav className={styles.people} aria-label="People">
      <ol ref={list}>
        {review.items.map((item, index) => {
          const verdict = decisions.verdict(item.personId);
          const failed = decisions.wish(item.personId)?.failed || decisions.conflict(item);
          return (
            <li key={item.personId}>
              <button
                type="button"
                data-place={index + 1}
                aria-current={place === index + 1 ? 'true' : undefined}
                className={classes(styles.entry, verdict !== null && styles.done)}
                onClick={() => onGo(index + 1)}
              >
                <Avatar name={item.profile.name} />
                <span className={styles.who} dir="auto">
                  {item.profile.name}
                </span>
                <span className={styles.state}>
                  {failed ? (
                    <Status shape="bad">Not saved</Status>
                  ) : verdict ? (
                    <Status shape={VERDICT_SHAPES[verdict]}>{VERDICT_WORDS[verdict]}</Status>
                  ) : (
                    <Status shape="open">To do</Status>
                  )}
                </span>
              </button>
            </li>
          );
        })}
        <li>
          <button
            type="button"
            data-place="summary"
            aria-current={place === 'summary' ? 'true' : undefined}
            className={styles.entry}
            onClick={() => onGo('summary')}
          >
            <span className={styles.plain} aria-hidden="true">
              <List />
            </span>
            <span className={styles.who}>Summary</span>
          </button>
        </li>
      </ol>
    </nav>
  );
}
