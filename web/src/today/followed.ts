// Reloads Today when something in it may have changed: several changes at once, once.

import { useEffect, useRef } from 'react';
import { useLive } from '../api/context';
import { TodayChanges } from '../api/generated';

const TOGETHER_MS = 400;

/** `cursor` is that of the data on screen; nothing is followed before it is known. */
export function useFollowed(cursor: string | null, reload: () => void): void {
  const latest = useRef(reload);
  latest.current = reload;
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const soon = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => latest.current(), TOGETHER_MS);
  };
  const follower = { onChange: soon, onGap: soon };
  const variables = cursor === null ? null : {};
  useLive(TodayChanges, variables, cursor, ({ todayChanged }) => todayChanged, follower);
}
