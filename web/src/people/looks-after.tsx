import { useDeferredValue, useRef, useState } from 'react';
import { useApiQuery } from '../api/context';
import { AssignPerson, FindUsers, PersonProfile, type PersonProfileQuery, type Responsibility } from '../api/generated';
import { useAct } from '../shell/act';
import { Button } from '../ui/button';
import { Finder } from '../ui/finder';
import { isolated } from '../ui/names';
import { Status } from '../ui/status';
import type { Person } from './person';
import styles from './recorded.module.css';

type Profile = NonNullable<PersonProfileQuery['person']>;
type User = NonNullable<Profile['recruiter']>;

const WORDS: Readonly<Record<Responsibility, string>> = { RECRUITER: 'Recruiter', COORDINATOR: 'Coordinator' };
const NOBODY: ReadonlySet<string> = new Set();

/** Who looks after a person, here and in the ATS; the ATS is asked before anything is said. */
export function LooksAfter({ person, profile }: { readonly person: Person; readonly profile: Profile }) {
  return (
    <section className={styles.part} aria-label="Who looks after them">
      <h3>Who looks after them</h3>
      <One person={person} responsibility="RECRUITER" current={profile.recruiter} />
      <One person={person} responsibility="COORDINATOR" current={profile.coordinator} />
    </section>
  );
}

interface OneProps {
  readonly person: Person;
  readonly responsibility: Responsibility;
  readonly current: User | null;
}

function One({ person, responsibility, current }: OneProps) {
  const { act, busy } = useAct();
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string>();
  const button = useRef<HTMLButtonElement>(null);
  const asked = useDeferredValue(text.trim());
  const users = useApiQuery(
    FindUsers,
    { containing: asked, inAts: true },
    { enabled: open && asked !== '', keep: true },
  );
  const found = users.data?.data.users?.nodes.map(({ id, name, email }) => ({ id, name, about: email }));
  const word = WORDS[responsibility];
  const close = () => {
    setOpen(false);
    setText('');
    setProblem(undefined);
    button.current?.focus();
  };
  /** `seen`: who it was before, as the server is told. */
  const assign = async (user: User | null, seen: User | null): Promise<boolean> =>
    act({
      mutation: AssignPerson,
      variables: {
        input: { personId: person.id, responsibility, userId: user?.id ?? null, seenUserId: seen?.id ?? null },
      },
      pick: (data) => data.assignPerson,
      said: `${word} of ${isolated(person.name)}: ${user ? isolated(user.name) : 'nobody'}`,
      undo: () => assign(seen, user),
      reload: [PersonProfile],
      refused: setProblem,
    });
  const choose = async (user: User | null) => {
    setProblem(undefined);
    if (await assign(user, current)) close();
  };
  return (
    <div>
      <p className={styles.add}>
        <span>
          {word}: <strong dir="auto">{current?.name ?? 'nobody'}</strong>
        </span>
        <Button
          ref={button}
          small
          aria-expanded={open}
          aria-label={`Change the ${word.toLocaleLowerCase()}`}
          onClick={() => (open ? close() : setOpen(true))}
        >
          Change…
        </Button>
      </p>
      {open ? (
        // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes it, wherever in it the focus is
        <div
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            close();
          }}
        >
          <Finder
            label={word}
            placeholder="Name or e-mail address"
            text={text}
            onText={setText}
            found={asked === '' ? undefined : found}
            chosen={current ? new Set([current.id]) : NOBODY}
            onToggle={({ id, name }) => void choose(id === current?.id ? null : { id, name })}
            nothing="Nobody is called that"
          />
          {current ? (
            <Button small disabled={busy} onClick={() => void choose(null)}>
              Nobody
            </Button>
          ) : null}
          {busy ? <Status shape="pending">Asking the ATS</Status> : null}
        </div>
      ) : null}
      {problem ? (
        <p role="alert">
          <Status shape="bad">{problem}</Status>
        </p>
      ) : null}
    </div>
  );
}
