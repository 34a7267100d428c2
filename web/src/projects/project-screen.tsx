import { Link, useParams } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { type FormEvent, useCallback, useEffect, useRef, useState } from 'react';
import { useApiQuery } from '../api/context';
import { ApiError } from '../api/errors';
import {
  ChangeProject,
  ChangeProjectPeople,
  OneProject,
  type OneProjectQuery,
  ProjectMembers,
  type ProjectMembersQuery,
} from '../api/generated';
import { useApiPages } from '../api/pages';
import { inProject, OF_PROJECTS, ShowMore, Who } from '../people/parts';
import { useAct } from '../shell/act';
import { NotFoundPage } from '../shell/not-found-page';
import { Page } from '../shell/page';
import { QueryFailure } from '../shell/query-failure';
import { useViewer } from '../shell/viewer';
import { Button, buttonClass } from '../ui/button';
import { classes } from '../ui/classes';
import { TextField } from '../ui/field';
import { isolated } from '../ui/names';
import { Message, Skeleton } from '../ui/region';
import { Status } from '../ui/status';
import table from '../ui/table.module.css';
import { date, Time } from '../ui/time';
import { useFocusAfterClose } from '../ui/use-focus-after-close';
import { LONGEST_NAME } from './new-project';
import styles from './screen.module.css';

type Project = NonNullable<OneProjectQuery['project']>;
type Members = NonNullable<NonNullable<ProjectMembersQuery['project']>['members']>;
type Person = NonNullable<Members['nodes'][number]['person']>;

/** A project: its people, its name, and whether it is archived. */
export function ProjectScreen() {
  const { project: id } = useParams({ from: '/people/projects/$project' });
  return useViewer().can.keepPeople ? <One key={id} id={id} /> : <NotFoundPage />;
}

function One({ id }: { readonly id: string }) {
  const query = useApiQuery(OneProject, { project: id });
  const project = query.data?.data.project;
  if (project) return <Shown project={project} />;
  const problem = query.data?.problems[0];
  const code = query.error instanceof ApiError ? query.error.code : problem?.code;
  if (code === 'NOT_FOUND' || code === 'INVALID_ID') return <NotFoundPage />;
  return (
    <Page title="Project">
      {query.isPending ? (
        <Skeleton rows={6} label="Loading the project" />
      ) : (
        <QueryFailure what="The project cannot be shown" query={query} problem={problem} />
      )}
    </Page>
  );
}

function Shown({ project }: { readonly project: Project }) {
  const { act, busy } = useAct();
  const [renaming, setRenaming] = useState(false);
  const rename = useRef<HTMLButtonElement>(null);
  const archived = project.archivedAt !== null;
  const focus = useCallback(() => rename.current?.focus(), []);
  useFocusAfterClose(renaming ? 'rename' : undefined, focus);
  const archive = (wanted: boolean): Promise<boolean> =>
    act({
      mutation: ChangeProject,
      variables: { input: { projectId: project.id, archived: wanted } },
      pick: ({ changeProject }) => (changeProject.__typename === 'Project' ? {} : changeProject),
      said: wanted ? 'Archived: it is no longer offered' : 'Taken out of the archive',
      undo: () => archive(!wanted),
      reload: OF_PROJECTS,
    });
  return (
    <Page
      title={project.name}
      act={
        <>
          <Button ref={rename} disabled={renaming} onClick={() => setRenaming(true)}>
            Rename
          </Button>
          <Button disabled={busy} onClick={() => void archive(!archived)}>
            {archived ? 'Take out of the archive' : 'Archive'}
          </Button>
        </>
      }
    >
      <p className={styles.facts}>
        <Link to="/people/projects" className={styles.link}>
          Projects
        </Link>
        {archived ? <Status shape="closed">Archived</Status> : null}
        <span>{project.people === 1 ? '1 person' : `${project.people.toLocaleString()} people`}</span>
        <span>
          begun by <bdi>{project.createdBy?.name ?? 'a former colleague'}</bdi>{' '}
          <Time at={project.createdAt} as={date} />
        </span>
        <span>
          changed <Time at={project.changedAt} />
        </span>
        {project.people > 0 ? (
          <Link
            to="/people"
            search={{ where: inProject(project.id) }}
            className={buttonClass('plain', { small: true })}
          >
            Search these people
          </Link>
        ) : null}
      </p>
      {renaming ? <Rename project={project} onClose={() => setRenaming(false)} /> : null}
      <People project={project} />
    </Page>
  );
}

function Rename({ project, onClose }: { readonly project: Project; readonly onClose: () => void }) {
  const { act, busy } = useAct();
  const [name, setName] = useState(project.name);
  const [problem, setProblem] = useState<string>();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('input')?.select(), []);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === '') return setProblem('Give it a name.');
    const done = await act({
      mutation: ChangeProject,
      variables: { input: { projectId: project.id, name } },
      pick: ({ changeProject }) => (changeProject.__typename === 'Project' ? {} : changeProject),
      said: 'Renamed',
      refused: setProblem,
      reload: OF_PROJECTS,
    });
    if (done) onClose();
  };
  return (
    <form
      ref={form}
      aria-label="Rename the project"
      className={styles.form}
      noValidate
      onSubmit={(event) => void save(event)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <TextField
        label="Name"
        dir="auto"
        autoComplete="off"
        maxLength={LONGEST_NAME}
        value={name}
        problem={problem}
        onChange={({ target }) => setName(target.value)}
      />
      <div className={styles.acts}>
        <Button look="primary" type="submit" disabled={busy}>
          Save
        </Button>
        <Button look="quiet" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

function People({ project }: { readonly project: Project }) {
  const { query, rows } = useApiPages(
    ProjectMembers,
    { project: project.id },
    (data: ProjectMembersQuery): Members | null => data.project?.members ?? null,
  );
  const { act, busy } = useAct();
  const change = (people: { add?: string[]; remove?: string[] }, said: string, undo?: () => unknown) =>
    act({
      mutation: ChangeProjectPeople,
      variables: { input: { projectId: project.id, ...people } },
      pick: (data) => data.changeProjectPeople,
      said,
      undo,
      reload: OF_PROJECTS,
    });
  const remove = (person: Person) =>
    void change({ remove: [person.id] }, `${isolated(person.name)} removed from the project`, () =>
      change({ add: [person.id] }, `${isolated(person.name)} is in the project again`),
    );
  if (!rows) {
    return query.isPending ? (
      <Skeleton rows={6} label="Loading the people" />
    ) : (
      <QueryFailure what="The people cannot be shown" query={query} problem={query.data?.pages[0]?.problems[0]} />
    );
  }
  if (rows.length === 0) {
    return (
      <Message
        title="Nobody is in it yet"
        actions={
          <Link to="/people" className={buttonClass('plain')}>
            Find people
          </Link>
        }
      >
        Choose people among those you find and add them to the project, or add one on their profile.
      </Message>
    );
  }
  return (
    <div>
      <div className={table.sheet}>
        <table className={classes(table.table, styles.table, styles.people)}>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Title</th>
              <th scope="col">Company</th>
              <th scope="col">Added</th>
              <th scope="col">
                <span className="unseen">Remove</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ person, addedAt, addedBy }) =>
              person ? (
                <tr key={person.id}>
                  <Who person={person} />
                  <td dir="auto">{person.title}</td>
                  <td dir="auto">{person.company}</td>
                  <td>
                    <Time at={addedAt} as={date} /> by <bdi>{addedBy?.name ?? 'a former colleague'}</bdi>
                  </td>
                  <td className={styles.remove}>
                    <Button
                      look="quiet"
                      small
                      lone
                      label={`Remove ${person.name} from the project`}
                      disabled={busy}
                      onClick={() => remove(person)}
                    >
                      <X />
                    </Button>
                  </td>
                </tr>
              ) : null,
            )}
          </tbody>
        </table>
      </div>
      <ShowMore pages={query} />
    </div>
  );
}
