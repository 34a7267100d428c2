import { Pencil, Plus, X } from 'lucide-react';
import { type FormEvent, useCallback, useEffect, useRef, useState } from 'react';
import { useSend, useServices } from '../api/context';
import {
  AddContactPoints,
  ChangeContactPoint,
  PersonInFull,
  PersonProfile,
  RemoveContactPoint,
} from '../api/generated';
import { reasonOf } from '../reason';
import { useAct } from '../shell/act';
import { toast } from '../shell/toasts';
import { Button } from '../ui/button';
import { Status } from '../ui/status';
import { useFocusAfterClose } from '../ui/use-focus-after-close';
import { ContactPointFields } from './contact-point-fields';
import { CONSENTS, EMPTY_POINT, pointInput, type Typed } from './contact-points';
import type { Person } from './person';
import { problemsByPath } from './problems';
import styles from './recorded.module.css';
import saved from './saved.module.css';

type Point = Person['recordedContactPoints'][number];

const NEW = 'new';
const CHANGED = [PersonInFull, PersonProfile];

/** How a person can be reached, as far as it was recorded here: beside what the ATS says, which is changed there. */
export function RecordedPoints({ person }: { readonly person: Person }) {
  const { act, busy } = useAct();
  const [open, setOpen] = useState<string | null>(null);
  const part = useRef<HTMLElement>(null);
  const focus = useCallback(
    (opener: string) =>
      [...(part.current?.querySelectorAll<HTMLElement>('[data-opens]') ?? [])]
        .find(({ dataset }) => dataset.opens === opener)
        ?.focus(),
    [],
  );
  useFocusAfterClose(open ?? undefined, focus);
  const close = () => setOpen(null);
  const add = (point: Typed) => ({ personId: person.id, contactPoints: [pointInput(point)] });

  const remove = async ({ id, ...point }: Point) => {
    const back = { ...point, type: point.type ?? '' };
    const done = await act({
      mutation: RemoveContactPoint,
      variables: { input: { personId: person.id, contactPointId: id } },
      pick: (data) => data.removeContactPoint,
      said: `${point.value} removed`,
      undo: () =>
        act({
          mutation: AddContactPoints,
          variables: { input: add(back) },
          pick: (data) => data.addContactPoints,
          said: `${point.value} is there again`,
          reload: CHANGED,
        }),
      reload: CHANGED,
    });
    if (done) focus(NEW);
  };

  return (
    <section ref={part} className={styles.part} aria-label="Contact points recorded here">
      <h3>Contact points recorded here</h3>
      {person.recordedContactPoints.length > 0 ? (
        <ul className={styles.points}>
          {person.recordedContactPoints.map((point) => (
            <li key={point.id}>
              <bdi>{point.value}</bdi>
              {point.type ? (
                <span className="faint small" dir="auto">
                  {point.type}
                </span>
              ) : null}
              <Status shape={CONSENTS[point.consent].shape}>{CONSENTS[point.consent].name}</Status>
              <span className={styles.acts}>
                <Button
                  look="quiet"
                  small
                  lone
                  data-opens={point.id}
                  label={`Change ${point.value}`}
                  onClick={() => setOpen(point.id)}
                >
                  <Pencil />
                </Button>
                <Button
                  look="quiet"
                  small
                  lone
                  disabled={busy}
                  label={`Remove ${point.value}`}
                  onClick={() => void remove(point)}
                >
                  <X />
                </Button>
              </span>
              {open === point.id ? (
                <PointForm
                  person={person}
                  point={{ ...point, type: point.type ?? '' }}
                  known={point.id}
                  onClose={close}
                />
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
      {open === NEW ? (
        <PointForm person={person} point={EMPTY_POINT} onClose={close} />
      ) : (
        <div>
          <Button look="quiet" small data-opens={NEW} onClick={() => setOpen(NEW)}>
            <Plus aria-hidden="true" />
            Add a contact point
          </Button>
        </div>
      )}
    </section>
  );
}

function focusField(form: HTMLFormElement | null): void {
  form?.querySelector<HTMLElement>('input')?.focus();
}

interface PointFormProps {
  readonly person: Person;
  readonly point: Typed;
  /** The id of one that is recorded already, and gets another type or consent. */
  readonly known?: string;
  readonly onClose: () => void;
}

function PointForm({ person, point, known, onClose }: PointFormProps) {
  const send = useSend();
  const { cache } = useServices();
  const [typed, setTyped] = useState(point);
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({});
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => focusField(form.current), []);

  const refuse = (found: Readonly<Record<string, string>>) => {
    setProblems(found);
    focusField(form.current);
  };
  const write = async () => {
    const { type, consent, ...address } = pointInput(typed);
    const personId = person.id;
    if (known) {
      const input = { personId, contactPointId: known, type, consent: typed.consent };
      return (await send(ChangeContactPoint, { input })).data.changeContactPoint;
    }
    const input = { personId, contactPoints: [{ ...address, type, consent }] };
    return (await send(AddContactPoints, { input })).data.addContactPoints;
  };
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (!known && !typed.value.trim()) return refuse({ point: 'Write it here.' });
    setBusy(true);
    setProblems({});
    try {
      const result = await write();
      if (result.__typename === 'PersonChanged') {
        toast(known ? `${point.value} changed` : 'Contact point added');
        await Promise.all(CHANGED.map(({ name }) => cache.invalidateQueries({ queryKey: [name] })));
        onClose();
      } else {
        const found = problemsByPath(result, known ? ['type'] : ['contactPoints.0']);
        refuse({ point: found.type ?? found['contactPoints.0'] ?? '', other: found[''] ?? '' });
      }
    } catch (failure) {
      setProblems({ other: reasonOf(failure) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      ref={form}
      aria-label={known ? `Change ${point.value}` : 'Add a contact point'}
      className={saved.fields}
      noValidate
      onSubmit={(event) => void save(event)}
    >
      <ContactPointFields
        point={typed}
        known={known !== undefined}
        problem={problems.point || undefined}
        onChange={(changed) => setTyped({ ...typed, ...changed })}
      />
      {problems.other ? (
        <p role="alert" className={saved.acts}>
          <Status shape="bad">{problems.other}</Status>
        </p>
      ) : null}
      <div className={saved.acts}>
        <Button look="primary" small type="submit" disabled={busy}>
          {known ? 'Save' : 'Add'}
        </Button>
        <Button look="quiet" small onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
