import { Link } from '@tanstack/react-router';
import { Ellipsis } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { useApiQuery } from '../api/context';
import {
  ChangeSavedSearch,
  JobsToShareWith,
  RemoveSavedSearch,
  SavedSearches as SavedSearchesOf,
  SaveSearch,
  type SearchSharing,
} from '../api/generated';
import { useAct } from '../shell/act';
import { useViewer } from '../shell/viewer';
import { Button, buttonClass } from '../ui/button';
import { TextField } from '../ui/field';
import { Menu } from '../ui/menu';
import { firstName } from '../ui/names';
import { Sheet } from '../ui/sheet';
import { Status } from '../ui/status';
import { type Asked, isChanged, news, queryOf, type Saved } from './saved';
import styles from './saved.module.css';

const LONGEST = 100;

interface SavedSearchesProps {
  readonly searches: readonly Saved[];
  readonly chosen: Saved | undefined;
  readonly asked: Asked;
  /** There is something to save. */
  readonly narrowed: boolean;
  readonly onChoose: (search: string | undefined) => void;
}

/** The searches that one may open: those that everybody has, one's own, and those that others share. */
export function SavedSearches({ searches, chosen, asked, narrowed, onChoose }: SavedSearchesProps) {
  const [editing, setEditing] = useState<'new' | 'chosen' | null>(null);
  const { act, busy } = useAct();
  const changed = chosen !== undefined && isChanged(chosen, asked);
  const save = (search: Saved) =>
    void act({
      mutation: ChangeSavedSearch,
      variables: { input: { savedSearchId: search.id, query: queryOf(asked) } },
      pick: (data) => data.changeSavedSearch,
      said: `“${search.name}” is changed`,
      reload: [SavedSearchesOf],
    }).then((done) => done && onChoose(search.id));
  const remove = (search: Saved) =>
    void act({
      mutation: RemoveSavedSearch,
      variables: { input: { savedSearchId: search.id } },
      pick: (data) => data.removeSavedSearch,
      said: `“${search.name}” is removed`,
      reload: [SavedSearchesOf],
    }).then((done) => done && onChoose(undefined));

  return (
    <>
      <nav className={styles.searches} aria-label="Searches">
        {searches.map((search) => (
          <Name key={search.id} search={search} current={search.id === chosen?.id} />
        ))}
        {chosen?.viewerCan.change ? (
          <Menu
            label={`Change the search ${chosen.name}`}
            trigger={<Ellipsis aria-hidden="true" />}
            triggerClass={buttonClass('quiet', { small: true, lone: true })}
          >
            {({ MenuItem }) => (
              <>
                {changed ? <MenuItem onSelect={() => save(chosen)}>Save the changes</MenuItem> : null}
                <MenuItem onSelect={() => setEditing('chosen')}>Rename or share</MenuItem>
                <MenuItem onSelect={() => remove(chosen)}>Remove</MenuItem>
              </>
            )}
          </Menu>
        ) : null}
        {narrowed && (chosen === undefined || changed) ? (
          <Button small disabled={busy} onClick={() => setEditing('new')}>
            Save search
          </Button>
        ) : null}
      </nav>
      {editing ? (
        <SearchForm
          key={editing}
          asked={asked}
          search={editing === 'chosen' ? chosen : undefined}
          onSaved={onChoose}
          onClose={() => setEditing(null)}
        />
      ) : null}
    </>
  );
}

function Name({ search, current }: { readonly search: Saved; readonly current: boolean }) {
  const me = useViewer().id;
  const fresh = news(search.newPeople);
  return (
    <span className={styles.search}>
      <Link
        to="/people"
        search={current ? {} : { search: search.id }}
        replace
        aria-current={current ? 'true' : undefined}
        dir="auto"
      >
        {search.name}
      </Link>
      {search.owner && search.owner.id !== me ? (
        <span className="faint small">
          by <bdi>{firstName(search.owner.name)}</bdi>
        </span>
      ) : null}
      {fresh ? <Status shape="hint">{fresh}</Status> : null}
    </span>
  );
}

const SHARING: Readonly<Record<SearchSharing, string>> = {
  PRIVATE: 'Only me',
  HIRING_TEAM: 'A job’s hiring team',
  ORGANISATION: 'Everybody who searches',
};

interface SearchFormProps {
  readonly asked: Asked;
  /** To be renamed or shared; else a new one is saved. */
  readonly search: Saved | undefined;
  readonly onSaved: (search: string) => void;
  readonly onClose: () => void;
}

function SearchForm({ asked, search, onSaved, onClose }: SearchFormProps) {
  const [name, setName] = useState(search?.name ?? '');
  const [sharing, setSharing] = useState<SearchSharing>(search?.sharing ?? 'PRIVATE');
  const [job, setJob] = useState(search?.job?.id ?? '');
  const [problem, setProblem] = useState<string>();
  const [key] = useState(() => crypto.randomUUID());
  const [who, which] = [useId(), useId()];
  const jobs = useApiQuery(JobsToShareWith, {}, { enabled: sharing === 'HIRING_TEAM' });
  const { act, busy } = useAct();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === '') return setProblem('Give it a name.');
    if (sharing === 'HIRING_TEAM' && job === '') return setProblem('Choose the job.');
    const shared = { sharing, ...(sharing === 'HIRING_TEAM' ? { jobId: job } : {}) };
    const said = search ? `“${name.trim()}” is saved` : `“${name.trim()}” is saved, and says who is new from now on`;
    let saved = search?.id;
    const done = search
      ? await act({
          mutation: ChangeSavedSearch,
          variables: { input: { savedSearchId: search.id, name, ...shared } },
          pick: (data) => data.changeSavedSearch,
          said,
          refused: setProblem,
          reload: [SavedSearchesOf],
        })
      : await act({
          mutation: SaveSearch,
          variables: { input: { name, query: queryOf(asked), ...shared, idempotencyKey: key } },
          pick: ({ saveSearch }) => {
            if (saveSearch.__typename === 'SavedSearch') saved = saveSearch.id;
            return saveSearch;
          },
          said,
          refused: setProblem,
          reload: [SavedSearchesOf],
        });
    if (!done || saved === undefined) return;
    if (!search) onSaved(saved);
    onClose();
  };

  return (
    <div className={styles.form}>
      <Sheet title={search ? 'Rename or share the search' : 'Save this search'}>
        <form onSubmit={(event) => void submit(event)} className={styles.fields}>
          <TextField
            label="Name"
            value={name}
            maxLength={LONGEST}
            problem={problem}
            autoFocus
            onChange={({ target }) => setName(target.value)}
          />
          <div className={styles.choice}>
            <label htmlFor={who}>Who may open it</label>
            <select id={who} value={sharing} onChange={({ target }) => setSharing(target.value as SearchSharing)}>
              {Object.entries(SHARING).map(([value, title]) => (
                <option key={value} value={value}>
                  {title}
                </option>
              ))}
            </select>
          </div>
          {sharing === 'HIRING_TEAM' ? (
            <div className={styles.choice}>
              <label htmlFor={which}>Of which job</label>
              <select id={which} value={job} onChange={({ target }) => setJob(target.value)}>
                <option value="">Choose</option>
                {search?.job && !jobs.data?.data.jobs?.nodes.some(({ id }) => id === search.job?.id) ? (
                  <option value={search.job.id}>{search.job.title}</option>
                ) : null}
                {(jobs.data?.data.jobs?.nodes ?? []).map(({ id, title }) => (
                  <option key={id} value={id}>
                    {title}
                  </option>
                ))}
              </select>
            </div>
          ) : null}
          <div className={styles.acts}>
            <Button look="primary" type="submit" disabled={busy}>
              Save
            </Button>
            <Button onClick={onClose}>Cancel</Button>
            <p className="faint small">Each finds whom they may see, and is told who is new to them.</p>
          </div>
        </form>
      </Sheet>
    </div>
  );
}
