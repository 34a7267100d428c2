// One box to go somewhere, to find somebody, and to do what the page offers.

import { useNavigate } from '@tanstack/react-router';
import { Briefcase, CornerDownRight, type LucideIcon, Search, User } from 'lucide-react';
import { type KeyboardEvent, useDeferredValue, useEffect, useId, useRef, useState } from 'react';
import { useApiQuery } from '../api/context';
import { Find } from '../api/generated';
import { Kbd } from '../ui/kbd';
import { activeKeys } from './keys';
import styles from './palette.module.css';
import { SETTINGS, usePlaces, useWays } from './places';

interface Option {
  readonly id: string;
  readonly group: 'Do' | 'Go to' | 'Jobs' | 'People';
  readonly name: string;
  readonly about?: string;
  readonly key?: string;
  readonly icon: LucideIcon;
  readonly perform: () => void;
}

/** Of what is searched for, in characters: the API takes no more. */
const LONGEST = 100;
const SHORTEST = 2;

export function Palette({ onClose }: { readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useId();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  // Actions of the page as it was when the palette was opened.
  const [actions] = useState(() => activeKeys().flatMap(({ keys }) => keys));
  useEffect(() => dialog.current?.showModal(), []);

  const options = useOptions(text, actions);
  const at = Math.min(chosen, options.length - 1);
  const perform = (option: Option | undefined) => {
    if (!option) return;
    dialog.current?.close();
    option.perform();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && options.length > 0) {
      event.preventDefault();
      setChosen((at + step + options.length) % options.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      perform(options[at]);
    }
  };
  useEffect(() => {
    document.getElementById(`${list}-${at}`)?.scrollIntoView({ block: 'nearest' });
  }, [list, at]);

  return (
    <dialog ref={dialog} className={styles.dialog} aria-label="Search people, jobs, actions" onClose={onClose}>
      <div className={styles.box}>
        <Search aria-hidden="true" />
        <input
          type="text"
          role="combobox"
          aria-label="Search people, jobs, actions"
          aria-expanded="true"
          aria-controls={list}
          aria-activedescendant={at >= 0 ? `${list}-${at}` : undefined}
          placeholder="Search people, jobs, actions"
          maxLength={LONGEST}
          value={text}
          onChange={({ target }) => {
            setText(target.value);
            setChosen(0);
          }}
          onKeyDown={onKeyDown}
        />
        <Kbd>Esc</Kbd>
      </div>
      <div className={styles.options} role="listbox" id={list} aria-label="Results">
        {options.map((option, index) => (
          <div key={option.id}>
            {option.group === options[index - 1]?.group ? null : (
              <div role="presentation" className={styles.group}>
                {option.group}
              </div>
            )}
            <OptionRow
              id={`${list}-${index}`}
              option={option}
              selected={index === at}
              onChoose={() => perform(option)}
              onPoint={() => setChosen(index)}
            />
          </div>
        ))}
      </div>
      {options.length === 0 ? <p className={styles.nothing}>Nothing is called that.</p> : null}
    </dialog>
  );
}

interface OptionRowProps {
  readonly id: string;
  readonly option: Option;
  readonly selected: boolean;
  readonly onChoose: () => void;
  readonly onPoint: () => void;
}

function OptionRow({ id, option, selected, onChoose, onPoint }: OptionRowProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox has the focus and the keys
    // biome-ignore lint/a11y/useFocusableInteractive: as above
    <div
      id={id}
      role="option"
      aria-selected={selected}
      className={styles.option}
      onClick={onChoose}
      onPointerMove={onPoint}
    >
      <option.icon aria-hidden="true" />
      <span className="cut" dir="auto">
        {option.name}
      </span>
      {option.about ? <span className={styles.about}>{option.about}</span> : null}
      {option.key ? <Kbd>{option.key}</Kbd> : null}
    </div>
  );
}

function useOptions(
  text: string,
  actions: readonly { readonly key: string; readonly name: string; readonly perform: () => void }[],
): readonly Option[] {
  const navigate = useNavigate();
  const shown = usePlaces();
  const ways: readonly Option[] = useWays().map(({ to, name, icon, begins }) => ({
    id: to,
    group: begins ? 'Do' : 'Go to',
    name,
    icon,
    perform: () => void navigate({ to }),
  }));
  const words = useDeferredValue(text.trim());
  const found = useApiQuery(Find, { text: words }, { enabled: words.length >= SHORTEST, keep: true });
  const fits = (name: string) => name.toLocaleLowerCase().includes(text.trim().toLocaleLowerCase());

  const places: Option[] = [...shown, SETTINGS].map(({ to, name, icon, key }) => ({
    id: to,
    group: 'Go to',
    name,
    icon,
    key: `g ${key}`,
    perform: () => void navigate({ to }),
  }));
  const deeds: Option[] = actions
    .filter(({ key }) => !key.startsWith('Arrow') && key !== 'Home' && key !== 'End')
    .map(({ name, key, perform }) => ({ id: `do ${key}`, group: 'Do', name, key, icon: CornerDownRight, perform }));
  const local = [
    ...deeds,
    ...ways.filter(({ group }) => group === 'Do'),
    ...places,
    ...ways.filter(({ group }) => group !== 'Do'),
  ].filter(({ name }) => text.trim() === '' || fits(name));
  if (words.length < SHORTEST || text.trim().length < SHORTEST) return local;

  const jobs: Option[] = (found.data?.data.jobs?.nodes ?? []).map((job) => ({
    id: job.id,
    group: 'Jobs',
    name: job.title,
    about: [job.location, job.status === 'OPEN' ? null : job.status.toLocaleLowerCase()].filter(Boolean).join(', '),
    icon: Briefcase,
    perform: () => void navigate({ to: '/jobs/$job/board', params: { job: job.id } }),
  }));
  const people: Option[] = (found.data?.data.people?.nodes ?? []).map((person) => {
    const active = person.applications.find(({ status, job }) => status === 'ACTIVE' && job);
    const job = active?.job;
    return {
      id: person.id,
      group: 'People',
      name: person.name,
      about: [[person.title, person.company].filter(Boolean).join(' at '), job?.title].filter(Boolean).join(' · '),
      icon: User,
      perform: () =>
        void (active && job
          ? navigate({ to: '/jobs/$job/board', params: { job: job.id }, search: { open: active.id } })
          : navigate({ to: '/people/$person', params: { person: person.id } })),
    };
  });
  // What is at hand stays where it is; what the server finds comes below.
  return [...local, ...jobs, ...people];
}
