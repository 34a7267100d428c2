import { useId } from 'react';
import { type Availability, explained } from './diversity';
import styles from './diversity.module.css';

interface DiversitySwitchProps {
  readonly availability: Availability;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
}

/** For those who may search by what people said of themselves. It is in no address: each use is one's own. */
export function DiversitySwitch({ availability, on, onChange }: DiversitySwitchProps) {
  const id = useId();
  return (
    <div className={styles.choice}>
      <label>
        <input type="checkbox" checked={on} aria-describedby={id} onChange={({ target }) => onChange(target.checked)} />
        Diversity sourcing
      </label>
      <p id={id}>{explained(availability)}</p>
    </div>
  );
}
