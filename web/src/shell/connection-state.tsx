import { useConnection } from '../api/context';
import { Status } from '../ui/status';
import { useNarrow } from '../ui/use-narrow';
import styles from './shell.module.css';

/** Whether others' changes arrive as they happen. A phone's row of places has no room for it: see the strip. */
export function ConnectionState() {
  const connection = useConnection();
  const narrow = useNarrow();
  if (narrow) return null;
  if (connection === 'live') return <Status shape="live">Live</Status>;
  if (connection === 'offline') return <Status shape="paused">Not live</Status>;
  return null;
}

/** On a phone, said above the page, and only while others' changes do not arrive. */
export function NotLiveStrip() {
  const connection = useConnection();
  const narrow = useNarrow();
  if (!narrow || connection !== 'offline') return null;
  return (
    <div className={styles.notLive}>
      <Status shape="paused">Not live</Status>
    </div>
  );
}
