import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useDeferredValue, useMemo } from 'react';
import { useApiQuery } from '../api/context';
import { FindPeople, FoundPeople } from '../api/generated';
import { useApiPages } from '../api/pages';
import { inTouch, OBSTACLES } from '../outreach/parts';
import { Page } from '../shell/page';
import { QueryFailure } from '../shell/query-failure';
import { useViewer } from '../shell/viewer';
import { Button, buttonClass } from '../ui/button';
import { classes } from '../ui/classes';
import { dimmedWhile, Message, Skeleton } from '../ui/region';
import { SearchField } from '../ui/search-field';
import { Status } from '../ui/status';
import table from '../ui/table.module.css';
import { Time } from '../ui/time';
import { BUILT_IN, type Condition, filterOf, read, written } from './conditions';
import conditionStyles from './conditions.module.css';
import { ConditionsBar } from './conditions-bar';
import { type Found, foundBy, foundIn } from './found';
import { NobodyYet, ShowMore, Who } from './results';
import styles from './screen.module.css';
import { SORTS } from './search';

/** Of a text, in characters: the API takes no more. */
const LONGEST = 100;
const SORTED = { RELEVANCE: 'Best match first', LAST_ACTIVITY: 'Last activity first', ADDED: 'Newest first' } as const;

/** Everybody ever known, searched by a text and by conditions; each result says why it was found. */
export function SearchScreen() {
  const { can } = useViewer();
  const search = useSearch({ from: '/people' });
  const navigate = useNavigate({ from: '/people' });
  const asked = useDeferredValue(search);
  const conditions = useMemo(() => read(search.where), [search.where]);
  const text = asked.q?.trim() || null;
  const filter = useMemo(() => filterOf(read(asked.where)), [asked.where]);
  const sort = asked.sort ?? 'RELEVANCE';
  const { query: people, rows } = useApiPages(FindPeople, { text, filter, sort }, (data) => data.searchPeople);
  const facets = useApiQuery(FoundPeople, { text, filter }, { enabled: conditions.length > 0, keep: true });
  const total = people.data?.pages[0]?.data.searchPeople?.totalCount ?? null;
  const change = (changed: Partial<typeof search>) =>
    void navigate({ search: (old) => ({ ...old, ...changed }) as typeof old, replace: true });
  const narrowed = text !== null || filter !== null;

  return (
    <Page
      title="People"
      act={
        can.importPeople || can.mergePeople ? (
          <>
            {can.mergePeople ? (
              <Link to="/people/duplicates" className={buttonClass('plain')}>
                Duplicates
              </Link>
            ) : null}
            {can.importPeople ? (
              <Link to="/people/import" className={buttonClass('plain')}>
                Import
              </Link>
            ) : null}
          </>
        ) : null
      }
    >
      <BuiltIn chosen={search.where} />
      <div className={styles.bar}>
        <SearchField
          label="Search people"
          placeholder="Name, title, company, skill, note"
          longest={LONGEST}
          value={search.q ?? ''}
          onChange={(q) => change({ q: q || undefined })}
        />
        <ConditionsBar
          conditions={conditions}
          facets={facets.data?.data.peopleFacets?.facets ?? []}
          onChange={(changed: readonly Condition[]) => change({ where: written(changed) })}
        />
        <span className={styles.count}>
          {total === null ? null : total === 1 ? '1 person' : `${total.toLocaleString()} people`}
        </span>
        <select
          className={styles.sort}
          aria-label="Order"
          value={search.sort ?? 'RELEVANCE'}
          onChange={(event) => change({ sort: SORTS.find((known) => known === event.target.value) })}
        >
          {Object.entries(SORTED).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </div>
      {rows ? (
        rows.length === 0 ? (
          narrowed ? (
            <Message
              title="Nobody is found"
              actions={<Button onClick={() => change({ q: undefined, where: undefined })}>Clear the search</Button>}
            >
              Every word has to be found, and every filter has to hold. People who were erased are not found, merged
              ones under the record that remains.
            </Message>
          ) : (
            <NobodyYet />
          )
        ) : (
          <div {...dimmedWhile(asked !== search || people.isPlaceholderData)}>
            <Results rows={rows} narrowed={narrowed} />
            <ShowMore pages={people} />
          </div>
        )
      ) : people.isPending ? (
        <Skeleton rows={8} label="Loading people" />
      ) : (
        <QueryFailure what="The people cannot be shown" query={people} problem={people.data?.pages[0]?.problems[0]} />
      )}
    </Page>
  );
}

/** The searches that everybody has. */
function BuiltIn({ chosen }: { readonly chosen: string | undefined }) {
  return (
    <nav className={conditionStyles.built} aria-label="Searches">
      {BUILT_IN.map(({ name, conditions }) => {
        const where = written(conditions);
        const current = where === chosen;
        return (
          <Link
            key={name}
            from="/people"
            to="/people"
            search={(old) => ({ ...old, where: current ? undefined : where })}
            replace
            aria-current={current ? 'true' : undefined}
          >
            {name}
          </Link>
        );
      })}
    </nav>
  );
}

interface ResultsProps {
  readonly rows: readonly Found[];
  /** They were searched for: each says why it was found. */
  readonly narrowed: boolean;
}

function Results({ rows, narrowed }: ResultsProps) {
  const now = Date.now();
  return (
    <div className={table.sheet}>
      <table className={classes(table.table, styles.table)}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Title</th>
            <th scope="col">Company</th>
            <th scope="col">{narrowed ? 'Why found' : 'Location'}</th>
            <th scope="col">To write to them</th>
            <th scope="col">Last activity</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) =>
            row.person ? (
              <tr key={row.id}>
                <Who person={row.person} />
                <td dir="auto">{row.person.title}</td>
                <td dir="auto">{row.person.company}</td>
                {narrowed ? (
                  <Why row={row} now={now} />
                ) : (
                  <td dir="auto" className={styles.wide}>
                    {row.person.location}
                  </td>
                )}
                <td className={styles.said}>
                  <ToWrite person={row.person} now={now} />
                </td>
                <td className={styles.wide}>
                  {row.person.lastActivityAt ? <Time at={row.person.lastActivityAt} /> : null}
                </td>
              </tr>
            ) : null,
          )}
        </tbody>
      </table>
    </div>
  );
}

function Why({ row, now }: { readonly row: Found; readonly now: number }) {
  const why = [foundIn(row), foundBy(row, now)].filter((said) => said !== null).join(' · ');
  return (
    <td dir="auto" title={why}>
      {why}
    </td>
  );
}

interface ToWriteProps {
  readonly person: NonNullable<Found['person']>;
  readonly now: number;
}

/** What is in the way, before somebody is chosen to be written to. */
function ToWrite({ person, now }: ToWriteProps) {
  if (person.ownership) {
    const { isViewer } = person.ownership;
    return <Status shape={isViewer ? 'yes' : 'paused'}>{inTouch(person.ownership, now)}</Status>;
  }
  const blocker = person.contactability?.blocker;
  return blocker ? (
    <Status shape={OBSTACLES[blocker].passes ? 'paused' : 'bad'}>{OBSTACLES[blocker].before}</Status>
  ) : null;
}
