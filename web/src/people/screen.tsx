import { useNavigate, useSearch } from '@tanstack/react-router';
import { useDeferredValue } from 'react';
import { People, type PeopleQuery } from '../api/generated';
import { useApiPages } from '../api/pages';
import { Page } from '../shell/page';
import { QueryFailure } from '../shell/query-failure';
import { useViewer } from '../shell/viewer';
import { Button } from '../ui/button';
import { classes } from '../ui/classes';
import { dimmedWhile, Message, Skeleton } from '../ui/region';
import { SearchField } from '../ui/search-field';
import table from '../ui/table.module.css';
import { Time } from '../ui/time';
import { NobodyYet, ShowMore, Who } from './results';
import styles from './screen.module.css';
import { SearchScreen } from './search-screen';

/** Of a search for people, in characters: the API takes no more. */
const LONGEST = 100;

type Row = NonNullable<PeopleQuery['people']>['nodes'][number];

/** Everybody one may see: searched by all that is known of them, or found by name by those who may not. */
export function PeopleScreen() {
  return useViewer().can.searchPeople ? <SearchScreen /> : <NamesScreen />;
}

function NamesScreen() {
  const search = useSearch({ from: '/people' });
  const navigate = useNavigate({ from: '/people' });
  const typed = search.q?.trim() ?? '';
  const text = useDeferredValue(typed);
  const variables = { text: text || null };
  const { query: people, rows } = useApiPages(People, variables, (data) => data.people);
  const find = (q: string) =>
    void navigate({ search: (old) => ({ ...old, q: q || undefined }) as typeof old, replace: true });

  return (
    <Page title="People">
      <div className={styles.bar}>
        <SearchField
          label="Search people by name"
          placeholder="Name"
          longest={LONGEST}
          value={search.q ?? ''}
          onChange={find}
        />
        {rows && rows.length > 0 ? (
          <span className={styles.count}>
            {people.hasNextPage ? `The first ${rows.length}` : rows.length === 1 ? '1 person' : `${rows.length} people`}
            {text ? '' : ', the most recently added first'}
          </span>
        ) : null}
      </div>
      {rows ? (
        rows.length === 0 ? (
          text ? (
            <Message title="Nobody is called that" actions={<Button onClick={() => find('')}>Clear the search</Button>}>
              The search looks at names only: each word has to be part of the name. People who were erased are not
              found, merged ones under the record that remains.
            </Message>
          ) : (
            <NobodyYet />
          )
        ) : (
          <div {...dimmedWhile(text !== typed || people.isPlaceholderData)}>
            <Table rows={rows} />
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

function Table({ rows }: { readonly rows: readonly Row[] }) {
  return (
    <div className={table.sheet}>
      <table className={classes(table.table, styles.table)}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Title</th>
            <th scope="col">Company</th>
            <th scope="col">Location</th>
            <th scope="col">Last activity</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <Who person={row} />
              <td dir="auto">{row.title}</td>
              <td dir="auto">{row.company}</td>
              <td dir="auto" className={styles.wide}>
                {row.location}
              </td>
              <td className={styles.wide}>{row.lastActivityAt ? <Time at={row.lastActivityAt} /> : null}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
