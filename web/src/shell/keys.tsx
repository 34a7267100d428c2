// Keys of the page that is shown. They never act while one types, and single letters can be turned off.

import { useEffect, useRef } from 'react';
import { loadPreferences } from '../settings/preferences';

export interface Key {
  readonly key: string;
  /** What it does, for the list of keys. */
  readonly name: string;
  /** Only while the focus is in an element that this selector matches. */
  readonly within?: string;
  /** Only together with Shift; a letter says that by itself. */
  readonly shift?: true;
  readonly perform: () => void;
}

export interface KeyGroup {
  readonly name: string;
  readonly keys: readonly Key[];
}

const groups: { current: KeyGroup }[] = [];

/** The keys that act now, the most recent part of the page first. */
export function activeKeys(): readonly KeyGroup[] {
  return groups.map((group) => group.current).toReversed();
}

/** Keys of a page or of a part of it, while it is shown. A part that comes later goes first. */
export function usePageKeys(name: string, keys: readonly Key[]): void {
  const group = useRef<KeyGroup>({ name, keys });
  group.current = { name, keys };
  useEffect(() => {
    groups.push(group);
    return () => void groups.splice(groups.indexOf(group), 1);
  }, []);
}

function listen(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest('input, textarea, select, [contenteditable], [role="menu"], [role="listbox"], dialog')) return;
  const single = event.key.length === 1;
  // A letter that is held acts once: the next card or person is another one.
  if (single && (event.repeat || !loadPreferences().letterKeys)) return;
  for (const { keys } of activeKeys()) {
    const found = keys.find(
      ({ key, within, shift }) =>
        key === event.key && (!shift || event.shiftKey) && (!within || target?.matches(within)),
    );
    if (found) {
      event.preventDefault();
      found.perform();
      return;
    }
  }
}

addEventListener('keydown', listen);
