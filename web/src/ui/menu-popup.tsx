import { Menu as BaseMenu } from '@base-ui/react/menu';
import { type ReactNode, useState } from 'react';
import styles from './menu.module.css';

interface MenuPopupProps {
  readonly label?: string | undefined;
  readonly trigger: ReactNode;
  readonly triggerClass?: string | undefined;
  readonly children: ReactNode;
}

/** The button with its list of actions, open from the start. */
export function MenuPopup({ label, trigger, triggerClass, children }: MenuPopupProps) {
  // The list stays within the landmark that its button is in: who goes from landmark to landmark finds it there.
  const [landmark, setLandmark] = useState<HTMLElement | null>(null);
  const button = (element: HTMLElement | null) => {
    if (element) setLandmark(element.closest<HTMLElement>('main, nav, header'));
  };
  return (
    <BaseMenu.Root modal={false} defaultOpen>
      <BaseMenu.Trigger ref={button} className={triggerClass} {...(label ? { 'aria-label': label, title: label } : {})}>
        {trigger}
      </BaseMenu.Trigger>
      <BaseMenu.Portal container={landmark}>
        <BaseMenu.Positioner className={styles.positioner} positionMethod="fixed" sideOffset={4} align="start">
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

/** Items of which one is in force. */
export function MenuChoices({ chosen, children }: { readonly chosen: string; readonly children: ReactNode }) {
  return <BaseMenu.RadioGroup value={chosen}>{children}</BaseMenu.RadioGroup>;
}

interface MenuChoiceProps extends Omit<MenuItemProps, 'disabled'> {
  readonly value: string;
}

export function MenuChoice({ value, onSelect, end, children }: MenuChoiceProps) {
  return (
    <BaseMenu.RadioItem value={value} className={styles.item} closeOnClick onClick={onSelect}>
      <span className={styles.mark} aria-hidden="true" />
      {children}
      {end === undefined ? null : <span className={styles.end}>{end}</span>}
    </BaseMenu.RadioItem>
  );
}

/** Items with a heading, which says what they do. */
export function MenuGroup({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <BaseMenu.Group>
      <BaseMenu.GroupLabel className={styles.note}>{name}</BaseMenu.GroupLabel>
      {children}
    </BaseMenu.Group>
  );
}

export function MenuNote({ children }: { readonly children: ReactNode }) {
  return <div className={styles.note}>{children}</div>;
}
