import { type KeyboardEvent, useId } from 'react';
import styles from './tab-list.module.css';
import { useActiveInView } from './use-active-in-view';

interface TabListProps<Value extends string> {
  readonly label: string;
  readonly tabs: readonly { readonly value: Value; readonly name: string }[];
  readonly value: Value;
  /** The element that shows the chosen one. */
  readonly panel: string;
  readonly onChange: (value: Value) => void;
}

/** Tabs of which one is shown; arrows go from one to the next. */
export function TabList<Value extends string>({ label, tabs, value, panel, onChange }: TabListProps<Value>) {
  const id = useId();
  const bar = useActiveInView<HTMLDivElement>(value);
  const go = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const at = tabs.findIndex((tab) => tab.value === value);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (!next) return;
    onChange(next.value);
    document.getElementById(`${id}-${next.value}`)?.focus();
  };
  return (
    <div ref={bar} className={styles.tabs} role="tablist" aria-label={label}>
      {tabs.map((tab) => (
        <button
          key={tab.value}
          id={`${id}-${tab.value}`}
          type="button"
          role="tab"
          aria-selected={tab.value === value}
          aria-controls={panel}
          tabIndex={tab.value === value ? 0 : -1}
          onClick={() => onChange(tab.value)}
          onKeyDown={go}
        >
          {tab.name}
        </button>
      ))}
    </div>
  );
}
