import { Menu as BaseMenu } from '@base-ui/react/menu';
import type { ReactNode, RefObject } from 'react';
import styles from './menu.module.css';

interface MenuProps {
  /** What the button is called, if its content does not say it. */
  readonly label?: string;
  readonly trigger: ReactNode;
  readonly triggerClass?: string | undefined;
  readonly children: ReactNode;
  readonly open?: boolean;
  readonly onOpenChange?: (open: boolean) => void;
  /** Where focus goes when the menu closes; its button if left out. */
  readonly returnFocus?: RefObject<HTMLElement | null>;
}

/** A button that opens a list of actions. */
export function Menu({ label, trigger, triggerClass, children, open, onOpenChange, returnFocus }: MenuProps) {
  return (
    <BaseMenu.Root
      modal={false}
      {...(open === undefined ? {} : { open })}
      {...(onOpenChange ? { onOpenChange: (next: boolean) => onOpenChange(next) } : {})}
    >
      <BaseMenu.Trigger className={triggerClass} {...(label ? { 'aria-label': label, title: label } : {})}>
        {trigger}
      </BaseMenu.Trigger>
      <BaseMenu.Portal>
        <BaseMenu.Positioner className={styles.positioner} sideOffset={4} align="start">
          <BaseMenu.Popup className={styles.popup} {...(returnFocus ? { finalFocus: returnFocus } : {})}>
            {children}
          </BaseMenu.Popup>
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

export function MenuSeparator() {
  return <BaseMenu.Separator className={styles.separator} />;
}
