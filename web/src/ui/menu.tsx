// Buttons that open lists of actions. A page has hundreds of them and opens few: until one is used, it is only a
// button, and the library for menus has not been loaded.

import { type ReactNode, useState } from 'react';

type Popup = typeof import('./menu-popup');

/** What the items of a menu are made of, for the function that makes them. */
export type MenuParts = Pick<Popup, 'MenuChoice' | 'MenuChoices' | 'MenuGroup' | 'MenuItem' | 'MenuNote'>;

let popup: Promise<Popup> | null = null;

/** Null if it cannot be loaded now: the next click tries again. */
async function load(): Promise<Popup | null> {
  popup ??= import('./menu-popup');
  try {
    return await popup;
  } catch {
    popup = null;
    return null;
  }
}

interface MenuProps {
  /** What the button is called, if its content does not say it. */
  readonly label?: string;
  readonly trigger: ReactNode;
  readonly triggerClass?: string | undefined;
  /** The items; called while the menu is open. */
  readonly children: (parts: MenuParts) => ReactNode;
}

export function Menu({ label, trigger, triggerClass, children }: MenuProps) {
  const [loaded, setLoaded] = useState<Popup | null>(null);
  if (loaded) {
    return (
      <loaded.MenuPopup label={label} trigger={trigger} triggerClass={triggerClass}>
        {children(loaded)}
      </loaded.MenuPopup>
    );
  }
  return (
    <button
      type="button"
      className={triggerClass}
      aria-haspopup="menu"
      aria-expanded={false}
      {...(label ? { 'aria-label': label, title: label } : {})}
      onPointerEnter={() => void load()}
      onFocus={() => void load()}
      onClick={() => void load().then(setLoaded)}
    >
      {trigger}
    </button>
  );
}
