import { useSyncExternalStore } from 'react';
import { useConnection } from '../api/context';
import { Status } from '../ui/status';
import { useNarrow } from '../ui/use-narrow';
import styles from './shell.module.css';

function subscribe(listener: () => void): () => void {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}

/** Whether the browser has a network at all. */
function useNetwork(): boolean {
  return useSyncExternalStore(subscribe, () => navigator.onLine);
}

/** Whether others' changes arrive as they happen. A phone's row of places has no room for it: see the strip. */
export function ConnectionState() {
  const connection = useConnection();
  const network = useNetwork();
  const narrow = useNarrow();
  if (narrow || !network) return null;
  if (connection === 'live') return <Status shape="live">Live</Status>;
  if (connection === 'offline') return <Status shape="paused">Not live</Status>;
  return null;
}

/** Above the page: that there is no network; and on a phone, that others' changes do not arrive. */
export function NotLiveStrip() {
  const connection = useConnection();
  const network = useNetwork();
  const narrow = useNarrow();
  if (!network) return <Strip state="Not connected">You can go on reading.</Strip>;
  if (narrow && connection === 'offline') return <Strip state="Not live">What others do is not shown yet.</Strip>;
  return null;
}

function Strip({ state, children }: { readonly state: string; readonly children: string }) {
  return (
    <div className={styles.notLive} role="status">
      <Status shape="paused">{state}</Status>
      <span>{children}</span>
    </div>
  );
}
