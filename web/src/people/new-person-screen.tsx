import { Link, useNavigate } from '@tanstack/react-router';
import { Plus, X } from 'lucide-react';
import { type FormEvent, useDeferredValue, useRef, useState } from 'react';
import { useApiQuery, useSend, useServices } from '../api/context';
import { CreatePerson, FindPeople, FoundPeople, PeopleToMerge } from '../api/generated';
import { reasonOf } from '../reason';
import { announce } from '../shell/announcer';
import { NotFoundPage } from '../shell/not-found-page';
import { Page } from '../shell/page';
import { toast } from '../shell/toasts';
import { useViewer } from '../shell/viewer';
import { Button } from '../ui/button';
import { TextField } from '../ui/field';
import { isolated } from '../ui/names';
import { Sheet } from '../ui/sheet';
import { Status } from '../ui/status';
import { ContactPointFields } from './contact-point-fields';
import { EMPTY_POINT, type Typed } from './contact-points';
import {
  dropPerson,
  loadPerson,
  MOST_POINTS,
  type NewPerson,
  nameOf,
  nobody,
  pathOfPoint,
  personInput,
  savePerson,
} from './new-person';
import styles from './new-person.module.css';
import { focusFirst, type Problems, problemsByPath } from './problems';

const LONGEST = 200;
const LONGEST_TAGS = 5_000;
const ABOUT = [
  ['firstName', 'First name'],
  ['lastName', 'Last name'],
  ['title', 'Title'],
  ['company', 'Company'],
  ['location', 'Location'],
] as const;

/** Adds a person by hand; who may be the same is shown before. */
export function NewPersonScreen() {
  if (!useViewer().can.keepPeople) return <NotFoundPage />;
  return (
    <Page title="Add a person">
      <NewPersonForm />
    </Page>
  );
}

function NewPersonForm() {
  const send = useSend();
  const navigate = useNavigate();
  const { cache } = useServices();
  const [person, setPerson] = useState(() => loadPerson(crypto.randomUUID()));
  const [problems, setProblems] = useState<Problems>({});
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  const change = (changed: Partial<NewPerson>) => {
    const next = { ...person, ...changed };
    setPerson(next);
    savePerson(next);
  };
  const changePoint = (at: number, changed: Partial<Typed>) =>
    change({ points: person.points.map((point, other) => (other === at ? { ...point, ...changed } : point)) });
  const removePoint = (at: number) => {
    change({ points: person.points.filter((_, other) => other !== at) });
    form.current?.querySelector<HTMLElement>('[data-adds]')?.focus();
  };
  const clear = () => {
    dropPerson();
    setPerson(nobody(crypto.randomUUID()));
    setProblems({});
    form.current?.querySelector('input')?.focus();
  };

  const paths = person.points.map((_, at) => pathOfPoint(person.points, at));
  const fields = [...ABOUT.map(([field]) => field), ...paths.filter((path) => path !== null), 'tags'];
  const refuse = (found: Problems) => {
    setProblems(found);
    announce(Object.values(found).join(' '));
    focusFirst(form.current, found, fields);
  };
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      const { data } = await send(CreatePerson, { input: personInput(person) });
      const result = data.createPerson;
      if (result.__typename !== 'PersonChanged') return refuse(problemsByPath(result, fields));
      dropPerson();
      const name = isolated(result.person.name || 'They');
      toast(result.created ? `${name} added` : `${name} is known already by a contact point. Nothing was changed.`);
      for (const { name: query } of [FindPeople, FoundPeople]) void cache.invalidateQueries({ queryKey: [query] });
      await navigate({ to: '/people/$person', params: { person: result.person.id }, search: { tab: 'profile' } });
    } catch (failure) {
      refuse({ '': reasonOf(failure) });
    } finally {
      setBusy(false);
    }
  };

  return (
    <form ref={form} className={styles.form} noValidate onSubmit={(event) => void save(event)}>
      <Sheet title="Who">
        <div className={styles.fields}>
          {ABOUT.map(([field, label]) => (
            <div key={field} data-field={field}>
              <TextField
                label={label}
                dir="auto"
                autoComplete="off"
                maxLength={LONGEST}
                value={person[field]}
                problem={problems[field]}
                onChange={({ target }) => change({ [field]: target.value })}
              />
            </div>
          ))}
        </div>
        <Known name={nameOf(person)} />
      </Sheet>
      <Sheet title="How to reach them">
        <ul className={styles.points}>
          {person.points.map((point, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a contact point is known by its place
            <li key={at} data-field={paths[at] ?? undefined}>
              <ContactPointFields
                point={point}
                problem={problems[paths[at] ?? 'none']}
                onChange={(changed) => changePoint(at, changed)}
              />
              <Button
                look="quiet"
                lone
                label={`Remove contact point ${at + 1}`}
                disabled={person.points.length === 1}
                onClick={() => removePoint(at)}
              >
                <X />
              </Button>
            </li>
          ))}
        </ul>
        <Button
          look="quiet"
          small
          data-adds
          disabled={person.points.length >= MOST_POINTS}
          onClick={() => change({ points: [...person.points, EMPTY_POINT] })}
        >
          <Plus aria-hidden="true" />
          Another contact point
        </Button>
      </Sheet>
      <Sheet title="Tags">
        <div data-field="tags">
          <TextField
            label="Tags"
            hint="Separated by commas."
            dir="auto"
            autoComplete="off"
            maxLength={LONGEST_TAGS}
            value={person.tags}
            problem={problems.tags}
            onChange={({ target }) => change({ tags: target.value })}
          />
        </div>
      </Sheet>
      {problems[''] ? (
        <p role="alert" className={styles.problem}>
          <Status shape="bad">{problems['']}</Status>
        </p>
      ) : null}
      <div className={styles.submit}>
        <Button look="primary" type="submit" disabled={busy}>
          {busy ? 'Adding' : 'Add person'}
        </Button>
        <Button look="quiet" onClick={clear}>
          Clear
        </Button>
        <p className="faint small">Who is known already by a contact point is found, and not added again.</p>
      </div>
    </form>
  );
}

/** Who is called so already, to look at before somebody is added a second time. */
function Known({ name }: { readonly name: string }) {
  const asked = useDeferredValue(name);
  // A first name alone is many people's.
  const enabled = asked.includes(' ');
  const found = useApiQuery(PeopleToMerge, { text: asked.slice(0, 100) }, { enabled, keep: true });
  const people = enabled ? (found.data?.data.people?.nodes ?? []) : [];
  return (
    <div aria-live="polite" className={styles.known}>
      {people.length > 0 ? (
        <>
          <p>
            <Status shape="warn">
              {people.length === 1 ? 'Somebody is called that already' : 'People are called that already'}
            </Status>
          </p>
          <ul>
            {people.map((each) => (
              <li key={each.id}>
                <Link to="/people/$person" params={{ person: each.id }} className={styles.link}>
                  <bdi>{each.name}</bdi>
                </Link>
                <span className="faint small" dir="auto">
                  {[each.title, each.company, each.emails[0]?.value].filter(Boolean).join(' · ')}
                </span>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </div>
  );
}
