import { useState } from 'react';
import { usePageKeys } from '../shell/keys';
import { useViewer } from '../shell/viewer';
import { Button } from '../ui/button';
import { ACTIONS, KINDS, type PeopleKind } from './bulk';
import { BulkSheet, type Selected } from './bulk-sheet';
import styles from './saved.module.css';

interface BulkBarProps {
  /** Of those who are chosen. */
  readonly number: number;
  /** Of all who were found; null while that is not known. */
  readonly found: number | null;
  readonly selection: Selected;
  readonly onAll: () => void;
  readonly onNobody: () => void;
}

/** What can be done with those who are chosen; each action is checked first, and says what became of whom. */
export function BulkBar({ number, found, selection, onAll, onNobody }: BulkBarProps) {
  const { can } = useViewer();
  const [kind, setKind] = useState<PeopleKind | null>(null);
  const close = () => setKind(null);
  usePageKeys('Chosen people', [{ key: 'Escape', name: 'Choose nobody', perform: kind ? close : onNobody }]);
  const may: Partial<Record<PeopleKind, boolean>> = { REQUEST_REVIEW: can.requestReviews, ADD_TO_JOB: can.addToJobs };
  const kinds = KINDS.filter((each) => may[each] ?? can.keepPeople);
  return (
    <section aria-label="Chosen people">
      <div className={styles.bar} data-open={kind !== null}>
        <strong aria-live="polite">{number === 1 ? '1 chosen' : `${number.toLocaleString()} chosen`}</strong>
        {found !== null && number < found ? (
          <Button look="link" onClick={onAll}>
            Choose all {found.toLocaleString()}
          </Button>
        ) : null}
        <Button look="link" onClick={onNobody}>
          Choose nobody
        </Button>
        {kinds.map((each) => (
          <Button key={each} small aria-pressed={kind === each} onClick={() => setKind(each)}>
            {ACTIONS[each].name}
          </Button>
        ))}
      </div>
      {kind ? (
        <div className={styles.form}>
          <BulkSheet key={kind} kind={kind} selection={selection} onClose={close} onDone={onNobody} />
        </div>
      ) : null}
    </section>
  );
}
