import { Link } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { useApiQuery, useSend } from '../api/context';
import { ChangeProjectPeople, ChangeTags, CreateProject, OpenProjects, PersonInFull } from '../api/generated';
import { reasonOf } from '../reason';
import { useAct } from '../shell/act';
import { toastFailure } from '../shell/toasts';
import { Button } from '../ui/button';
import { OF_PROJECTS } from './of-projects';
import type { Person } from './person';
import styles from './recorded.module.css';

const LONGEST_TAG = 100;
const NEW = 'new';

/** The tags of a person; those that were added here can be removed here. */
export function Tags({ person }: { readonly person: Person }) {
  const { act, busy } = useAct();
  const [typed, setTyped] = useState('');
  const field = useId();
  const change = (tags: { readonly add?: readonly string[]; readonly remove?: readonly string[] }, said: string) =>
    act({
      mutation: ChangeTags,
      variables: { input: { personId: person.id, add: [...(tags.add ?? [])], remove: [...(tags.remove ?? [])] } },
      pick: (data) => data.changeTags,
      said,
      reload: [PersonInFull],
    });
  const add = async (event: FormEvent) => {
    event.preventDefault();
    const tag = typed.trim();
    if (tag && (await change({ add: [tag] }, 'Tag added'))) setTyped('');
  };
  return (
    <section className={styles.part} aria-label="Tags">
      <h3>Tags</h3>
      <ul className={styles.chips}>
        {person.tags.map((tag) => (
          <li key={tag}>
            <span dir="auto">{tag}</span>
            {person.addedTags.includes(tag) ? (
              <button
                type="button"
                aria-label={`Remove the tag ${tag}`}
                disabled={busy}
                onClick={() => void change({ remove: [tag] }, 'Tag removed')}
              >
                <X aria-hidden="true" />
              </button>
            ) : (
              <span className="faint small">ATS</span>
            )}
          </li>
        ))}
      </ul>
      <form className={styles.add} onSubmit={(event) => void add(event)}>
        <label htmlFor={field} className="unseen">
          New tag
        </label>
        <input
          id={field}
          placeholder="New tag"
          maxLength={LONGEST_TAG}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
        <Button type="submit" small disabled={busy || typed.trim() === ''}>
          Add
        </Button>
      </form>
    </section>
  );
}

/** The projects that a person is in. */
export function Projects({ person }: { readonly person: Person }) {
  const { act, busy } = useAct();
  const send = useSend();
  const open = useApiQuery(OpenProjects, { text: null });
  const [chosen, setChosen] = useState('');
  const [name, setName] = useState('');
  const choice = useId();
  const called = useId();
  const mine = person.projects ?? [];
  const others = (open.data?.data.projects?.nodes ?? []).filter(({ id }) => !mine.some((each) => each.id === id));

  const change = (projectId: string, people: { add?: string[]; remove?: string[] }, said: string) =>
    act({
      mutation: ChangeProjectPeople,
      variables: { input: { projectId, ...people } },
      pick: (data) => data.changeProjectPeople,
      said,
      reload: OF_PROJECTS,
    });

  const add = async (event: FormEvent) => {
    event.preventDefault();
    const project = chosen === NEW ? await create() : chosen;
    if (project && (await change(project, { add: [person.id] }, 'Added to the project'))) {
      setChosen('');
      setName('');
    }
  };

  const create = async (): Promise<string | null> => {
    try {
      const { data } = await send(CreateProject, { input: { name } });
      if (data.createProject.__typename === 'Project') return data.createProject.id;
      toastFailure(data.createProject.message);
    } catch (problem) {
      toastFailure(reasonOf(problem));
    }
    return null;
  };

  return (
    <section className={styles.part} aria-label="Projects">
      <h3>Projects</h3>
      <ul className={styles.chips}>
        {mine.map((project) => (
          <li key={project.id}>
            <Link to="/people/projects/$project" params={{ project: project.id }} dir="auto">
              {project.name}
            </Link>
            {project.archivedAt ? <span className="faint small">archived</span> : null}
            <button
              type="button"
              aria-label={`Remove from the project ${project.name}`}
              disabled={busy}
              onClick={() => void change(project.id, { remove: [person.id] }, 'Removed from the project')}
            >
              <X aria-hidden="true" />
            </button>
          </li>
        ))}
      </ul>
      <form className={styles.add} onSubmit={(event) => void add(event)}>
        <label htmlFor={choice} className="unseen">
          Project
        </label>
        <select id={choice} value={chosen} onChange={({ target }) => setChosen(target.value)}>
          <option value="">Add to a project</option>
          {others.map(({ id, name: title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
          <option value={NEW}>A new project…</option>
        </select>
        {chosen === NEW ? (
          <>
            <label htmlFor={called} className="unseen">
              Name of the new project
            </label>
            <input
              id={called}
              placeholder="Its name"
              maxLength={200}
              value={name}
              onChange={({ target }) => setName(target.value)}
            />
          </>
        ) : null}
        <Button type="submit" small disabled={busy || chosen === '' || (chosen === NEW && name.trim() === '')}>
          Add
        </Button>
      </form>
    </section>
  );
}
