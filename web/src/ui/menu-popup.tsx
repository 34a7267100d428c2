import { Menu as BaseMenu } from '@base-ui/react/menu';
import type { ReactNode } from 'react';
import styles from './menu.module.css';

interface MenuPopupProps {
  readonly label?: string | undefined;
  readonly trigger: ReactNode;
  readonly triggerClass?: string | undefined;
  readonly children: ReactNode;
}

/** The button with its list of actions, open from the start. */
export function MenuPopup({ label, trigger, triggerClass, children }: MenuPopupProps) {
  return (
    <BaseMenu.Root modal={false} defaultOpen>
      <BaseMenu.Trigger className={triggerClass} {...(label ? { 'aria-label': label, title: label } : {})}>
        {trigger}
      </BaseMenu.Trigger>
      <BaseMenu.Portal>
        <BaseMenu.Positioner className={styles.positioner} sideOffset={4} align="start">
          <BaseMenu.Popup className={styles.popup}>{children}</BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
}

interface MenuItemProps {
  readonly onSelect: () => void;
  readonly disabled?: boolean;
  /** A figure or a key at the end of the line. */
  readonly end?: ReactNode;
  readonly children: ReactNode;
}

export function MenuItem({ onSelect, disabled = false, end, children }: MenuItemProps) {
  return (
    <BaseMenu.Item className={styles.item} disabled={disabled} onClick={onSelect}>
      {children}
      {end === undefined ? null : <span className={styles.end}>{end}</span>}
    </BaseMenu.Item>
  );
}

export function MenuNote({ children }: { readonly children: ReactNode }) {
  return <div className={styles.note}>{children}</div>;
}
