// Reloads Today when something in it may have changed: several changes at once, once.

import { useLive } from '../api/context';
import { TodayChanges } from '../api/generated';
import { useSoon } from '../api/soon';

/** `cursor` is that of the data on screen; nothing is followed before it is known. */
export function useFollowed(cursor: string | null, reload: () => void): void {
  const soon = useSoon(reload);
  const follower = { onChange: soon, onGap: soon };
  const variables = cursor === null ? null : {};
  useLive(TodayChanges, variables, cursor, ({ todayChanged }) => todayChanged, follower);
}
