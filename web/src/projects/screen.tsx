import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useDeferredValue, useRef, useState } from 'react';
import { ListedProjects, type ListedProjectsQuery } from '../api/generated';
import { useApiPages } from '../api/pages';
import { PeopleTabs, ShowMore } from '../people/parts';
import { usePageKeys } from '../shell/keys';
import { NotFoundPage } from '../shell/not-found-page';
import { Page } from '../shell/page';
import { QueryFailure } from '../shell/query-failure';
import { useViewer } from '../shell/viewer';
import { Button } from '../ui/button';
import { classes } from '../ui/classes';
import { dimmedWhile, Message, Skeleton } from '../ui/region';
import { SearchField } from '../ui/search-field';
import { Status } from '../ui/status';
import table from '../ui/table.module.css';
import { Time } from '../ui/time';
import { NewProject } from './new-project';
import styles from './screen.module.css';
import { LONGEST } from './search';

type Row = NonNullable<ListedProjectsQuery['projects']>['nodes'][number];

/** The projects: named lists of people. */
export function ProjectsScreen() {
  return useViewer().can.keepPeople ? <List /> : <NotFoundPage />;
}

function List() {
  const search = useSearch({ from: '/people/projects' });
  const navigate = useNavigate({ from: '/people/projects' });
  const [creating, setCreating] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const typed = search.q?.trim() ?? '';
  const text = useDeferredValue(typed);
  const includeArchived = search.archived === '1';
  const { query: projects, rows } = useApiPages(
    ListedProjects,
    { text: text || null, includeArchived },
    (data) => data.projects,
  );
  const change = (changed: { q?: string | undefined; archived?: '1' | undefined }) =>
    void navigate({ search: (old) => ({ ...old, ...changed }), replace: true });
  const close = () => {
    setCreating(false);
    opener.current?.focus();
  };
  usePageKeys('Projects', [
    {
      key: '/',
      name: 'Search',
      perform: () => document.querySelector<HTMLElement>('main input[type=search]')?.focus(),
    },
    { key: 'n', name: 'New project', perform: () => setCreating(true) },
    ...(creating ? [{ key: 'Escape', name: 'Close the new project', perform: close }] : []),
  ]);

  return (
    <Page
      title="People"
      act={
        <Button look="primary" ref={opener} aria-expanded={creating} onClick={() => setCreating(true)}>
          New project
        </Button>
      }
    >
      <PeopleTabs />
      {creating ? <NewProject onClose={close} /> : null}
      <div className={styles.bar}>
        <SearchField
          label="Search projects"
          placeholder="Name"
          longest={LONGEST}
          value={search.q ?? ''}
          onChange={(q) => change({ q: q || undefined })}
        />
        <label className={styles.archived}>
          <input
            type="checkbox"
            checked={includeArchived}
            onChange={({ target }) => change({ archived: target.checked ? '1' : undefined })}
          />
          Archived ones as well
        </label>
      </div>
      {rows ? (
        rows.length === 0 ? (
          text ? (
            <Message
              title="No project is called that"
              actions={<Button onClick={() => change({ q: undefined })}>Clear the search</Button>}
            />
          ) : (
            <Message title="No projects yet" actions={<Button onClick={() => setCreating(true)}>New project</Button>}>
              A project is a named list of people, to come back to.
            </Message>
          )
        ) : (
          <div {...dimmedWhile(text !== typed || projects.isPlaceholderData)}>
            <Table rows={rows} />
            <ShowMore pages={projects} />
          </div>
        )
      ) : projects.isPending ? (
        <Skeleton rows={6} label="Loading projects" />
      ) : (
        <QueryFailure
          what="The projects cannot be shown"
          query={projects}
          problem={projects.data?.pages[0]?.problems[0]}
        />
      )}
    </Page>
  );
}

function Table({ rows }: { readonly rows: readonly Row[] }) {
  return (
    <div className={table.sheet}>
      <table className={classes(table.table, styles.table)}>
        <thead>
          <tr>
            <th scope="col">Project</th>
            <th scope="col">People</th>
            <th scope="col">Owner</th>
            <th scope="col">Last change</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">
                <Link to="/people/projects/$project" params={{ project: row.id }} className={table.link} dir="auto">
                  {row.name}
                </Link>{' '}
                {row.archivedAt ? <Status shape="closed">Archived</Status> : null}
              </th>
              <td>
                {row.people.toLocaleString()}
                <span className={styles.unit}>{row.people === 1 ? ' person' : ' people'}</span>
              </td>
              <td dir="auto">{row.createdBy?.name ?? 'A former colleague'}</td>
              <td>
                <Time at={row.changedAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
