import { useConnection } from '../api/context';
import { Status } from '../ui/status';

/** Whether others' changes arrive as they happen. */
export function ConnectionState() {
  const connection = useConnection();
  if (connection === 'live') return <Status shape="live">Live</Status>;
  if (connection === 'offline') return <Status shape="paused">Not live</Status>;
  return null;
}
