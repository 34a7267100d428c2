import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useDeferredValue, useEffect, useEffectEvent, useId, useMemo, useRef, useState } from 'react';
import { useApiQuery, useSend, useServices } from '../api/context';
import { ApiError } from '../api/errors';
import {
  FindPeople,
  FoundPeople,
  MayFindByDiversity,
  OpenSavedSearch,
  type PeopleFilter,
  SavedSearches as SavedSearchesOf,
} from '../api/generated';
import { useApiPages } from '../api/pages';
import { inTouch, OBSTACLES } from '../outreach/parts';
import { usePageKeys } from '../shell/keys';
import { Page } from '../shell/page';
import { QueryFailure } from '../shell/query-failure';
import { useViewer } from '../shell/viewer';
import { Button, buttonClass } from '../ui/button';
import { classes } from '../ui/classes';
import { isolated } from '../ui/names';
import { dimmedWhile, Message, Skeleton } from '../ui/region';
import { SearchField } from '../ui/search-field';
import { Status } from '../ui/status';
import table from '../ui/table.module.css';
import { date, Time } from '../ui/time';
import { BulkBar } from './bulk-bar';
import { type Clause, without } from './conditions';
import { ConditionsBar } from './conditions-bar';
import { amongDiverse, goesWithIt, inItsWay, refusal, roughly } from './diversity';
import { DiversitySwitch } from './diversity-switch';
import { type Found, foundBy, foundIn } from './found';
import { NobodyFound } from './nobody-found';
import { PeopleTabs } from './people-tabs';
import { NobodyYet, ShowMore, Who } from './results';
import { address, asked, news, type Saved } from './saved';
import { SavedSearches } from './saved-searches';
import styles from './screen.module.css';
import { aboutProject, SORTS } from './search';
import { between, choose, EVERYBODY, isChosen, NOBODY, numberOf } from './selection';

/** Of a text, in characters: the API takes no more. */
const LONGEST = 100;
const SORTED = { RELEVANCE: 'Best match first', LAST_ACTIVITY: 'Last activity first', ADDED: 'Newest first' } as const;

/** Everybody ever known, searched by a text and by conditions; each result says why it was found. */
export function SearchScreen() {
  const { can } = useViewer();
  const search = useSearch({ from: '/people' });
  const navigate = useNavigate({ from: '/people' });
  const listed = useApiQuery(SavedSearchesOf, {});
  const searches = listed.data?.data.savedSearches ?? [];
  const chosen = searches.find(({ id }) => id === search.search);
  // What a saved search says is not known before it is there.
  const known = search.search === undefined || !listed.isPending;
  const now = useMemo(() => asked(search, chosen), [search, chosen]);
  const shown = useDeferredValue(now);
  const text = shown.q.trim() || null;
  const filter = shown.filter;
  const sort = shown.sort ?? 'RELEVANCE';
  const availability = useApiQuery(MayFindByDiversity, {}).data?.data.diversityFilter;
  const [switched, setSwitched] = useState(false);
  const diverse = switched && availability?.available === true;
  const wayward = diverse ? inItsWay(text, filter) : [];
  const refusedText = useId();
  const wanted = diverse ? amongDiverse(filter) : filter;
  const { query: people, rows } = useApiPages(FindPeople, { text, filter: wanted, sort }, (data) => data.searchPeople, {
    enabled: known && wayward.length === 0,
  });
  const problem = people.data?.pages[0]?.problems[0];
  // An exact number is not shown as a rounded one, nor the other way round.
  const uncounted = availability?.available === true && people.isPlaceholderData;
  const facets = useApiQuery(FoundPeople, { text, filter }, { enabled: now.conditions.length > 0, keep: true });
  const total = people.data?.pages[0]?.data.searchPeople?.totalCount ?? null;
  const change = (changed: Parameters<typeof address>[2]) =>
    void navigate({ search: address(search, now, changed), replace: true });
  const choose = (id: string | undefined) =>
    void navigate({ search: id === undefined ? {} : { search: id }, replace: true });
  const refused = people.error instanceof ApiError ? people.error.problems : people.data?.pages[0]?.problems;
  useUnknownProjectDropped(!diverse && aboutProject(refused ?? []), now.conditions, (conditions) =>
    change({ conditions }),
  );
  const narrowed = text !== null || filter !== null;
  const since = useOpened(chosen);

  return (
    <Page
      title="People"
      act={
        can.keepPeople ? (
          <Link to="/people/new" className={buttonClass('primary')}>
            Add person
          </Link>
        ) : null
      }
    >
      <PeopleTabs />
      <SavedSearches
        searches={searches}
        chosen={chosen}
        asked={now}
        narrowed={narrowed && !diverse}
        onChoose={choose}
      />
      {search.search !== undefined && chosen === undefined && !listed.isPending ? (
        <p role="status">
          <Status shape="closed">That search is gone, or not shared with you</Status>
        </p>
      ) : null}
      <div className={styles.bar}>
        <SearchField
          label="Search people"
          placeholder="Name, title, company, skill, note"
          longest={LONGEST}
          value={now.q}
          onChange={(q) => change({ q })}
          refusedBy={diverse && text !== null ? refusedText : undefined}
        />
        {diverse && text !== null ? (
          <span id={refusedText}>
            <Status shape="bad">No words with diversity sourcing</Status>
          </span>
        ) : null}
        {now.foreign ? (
          <Status shape="hint">{`Filtered as “${isolated(chosen?.name ?? '')}” was saved by another program`}</Status>
        ) : null}
        <ConditionsBar
          conditions={now.conditions}
          projects={can.keepPeople}
          facets={facets.data?.data.peopleFacets?.facets ?? []}
          allowed={(condition) => !diverse || goesWithIt(condition)}
          onChange={(conditions) => change({ conditions })}
        />
        <span className={styles.count}>
          {total === null || uncounted || wayward.length > 0 ? null : diverse ? roughly(total) : numbered(total)}
          {since ? `, ${since}` : ''}
        </span>
        <select
          className={styles.sort}
          aria-label="Order"
          value={now.sort ?? 'RELEVANCE'}
          onChange={(event) => change({ sort: SORTS.find((known) => known === event.target.value) })}
        >
          {Object.entries(SORTED).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
        {availability?.available ? (
          <DiversitySwitch availability={availability} on={diverse} onChange={setSwitched} />
        ) : null}
      </div>
      {wayward.length > 0 ? (
        <Message
          title="Nobody is shown"
          actions={<Button onClick={() => setSwitched(false)}>Switch diversity sourcing off</Button>}
        >
          Diversity sourcing does not go with {wayward.join(' and ')}: users decide whom these find, so one could tell
          by them who is found and who is not.
        </Message>
      ) : rows ? (
        rows.length === 0 ? (
          narrowed ? (
            <NobodyFound asked={shown} counted={!diverse} onChange={change} onClear={() => choose(undefined)} />
          ) : (
            <NobodyYet />
          )
        ) : (
          <div {...dimmedWhile(shown !== now || people.isPlaceholderData)}>
            <Results
              // Who is chosen is chosen among those who were found.
              key={JSON.stringify([text, wanted])}
              rows={rows}
              narrowed={narrowed}
              // Whom such a search finds is chosen one by one.
              total={diverse || people.isPlaceholderData ? null : total}
              query={{ text, filter }}
            />
            <ShowMore pages={people} />
          </div>
        )
      ) : people.isPending ? (
        <Skeleton rows={8} label="Loading people" />
      ) : diverse && problem?.code === 'BAD_REQUEST' ? (
        <Message
          title="Nobody is shown"
          actions={<Button onClick={() => setSwitched(false)}>Switch diversity sourcing off</Button>}
        >
          {refusal(problem.message)} A few people could be recognised by how they are found.
        </Message>
      ) : (
        <QueryFailure what="The people cannot be shown" query={people} problem={problem} />
      )}
    </Page>
  );
}

function numbered(total: number): string {
  return total === 1 ? '1 person' : `${total.toLocaleString()} people`;
}

/** Which project an address names, only the server can tell: one that is none is dropped like everything ill-formed. */
function useUnknownProjectDropped(
  unknown: boolean,
  conditions: readonly Clause[],
  onChange: (conditions: readonly Clause[]) => void,
): void {
  const drop = useEffectEvent(() => onChange(without('project', conditions)));
  useEffect(() => {
    if (unknown) drop();
  }, [unknown]);
}

/** A search that is opened has been looked at: who is new in it is said once, and counted from now on. */
function useOpened(chosen: Saved | undefined): string | null {
  const send = useSend();
  const { cache } = useServices();
  const [since, setSince] = useState<{ readonly id: string; readonly text: string | null } | null>(null);
  const open = useEffectEvent((search: Saved) => {
    const fresh = news(search.newPeople);
    const looked = search.lookedAt ? ` since ${date(search.lookedAt, Date.now())}` : '';
    setSince({ id: search.id, text: fresh && `${fresh}${looked}` });
    send(OpenSavedSearch, { input: { savedSearchId: search.id } }).then(
      () => cache.invalidateQueries({ queryKey: [SavedSearchesOf.name] }),
      // It is opened all the same; who is new is counted from the time before.
      () => undefined,
    );
  });
  const opened = useRef<string | undefined>(undefined);
  useEffect(() => {
    // Once for each, not whenever something is told of it.
    if (chosen !== undefined && chosen.id !== opened.current) open(chosen);
    opened.current = chosen?.id;
  }, [chosen]);
  return since && since.id === chosen?.id ? since.text : null;
}

interface ResultsProps {
  readonly rows: readonly Found[];
  /** They were searched for: each says why it was found. */
  readonly narrowed: boolean;
  /** Of all who were found. */
  readonly total: number | null;
  readonly query: { readonly text: string | null; readonly filter: PeopleFilter | null };
}

function Results({ rows, narrowed, total, query }: ResultsProps) {
  const { can } = useViewer();
  const now = Date.now();
  const [selection, setSelection] = useState(NOBODY);
  const last = useRef<string | null>(null);
  const ids = rows.map(({ id }) => id);
  const number = numberOf(selection, total ?? ids.length);
  const mayChoose = can.keepPeople || can.requestReviews;
  /** One, or as far as the one before, if asked for a range. */
  const toggle = (id: string, range: boolean) => {
    const chosen = !isChosen(selection, id);
    setSelection(choose(selection, range ? between(ids, last.current, id) : [id], chosen));
    last.current = id;
  };
  const atFocus = (range: boolean) => {
    const id = document.activeElement?.closest('tr')?.dataset.person;
    if (id) toggle(id, range);
  };
  usePageKeys(
    'People',
    mayChoose
      ? [
          { key: 'x', name: 'Choose the person', within: 'tbody *', perform: () => atFocus(false) },
          { key: 'X', name: 'Choose from the last one on', within: 'tbody *', perform: () => atFocus(true) },
        ]
      : [],
  );
  const selected = selection.all ? { search: query, exceptIds: [...selection.but] } : { personIds: [...selection.ids] };
  return (
    <>
      {number > 0 ? (
        <BulkBar
          number={number}
          found={total}
          selection={selected}
          onAll={() => setSelection(EVERYBODY)}
          onNobody={() => setSelection(NOBODY)}
        />
      ) : null}
      <Table
        rows={rows}
        narrowed={narrowed}
        now={now}
        choiceOf={
          mayChoose
            ? ({ id, person }) => (
                <label>
                  <input
                    type="checkbox"
                    aria-label={`Choose ${person?.name}`}
                    checked={isChosen(selection, id)}
                    onChange={(event) => toggle(id, (event.nativeEvent as MouseEvent).shiftKey === true)}
                  />
                </label>
              )
            : undefined
        }
      />
    </>
  );
}

interface TableProps {
  readonly rows: readonly Found[];
  readonly narrowed: boolean;
  readonly now: number;
  readonly choiceOf: ((row: Found) => ReactNode) | undefined;
}

function Table({ rows, narrowed, now, choiceOf }: TableProps) {
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
              <tr key={row.id} data-person={row.id}>
                <Who person={row.person} choice={choiceOf?.(row)} />
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
