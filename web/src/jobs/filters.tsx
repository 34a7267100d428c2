import { ChevronDown } from 'lucide-react';
import type { JobFacetsQuery } from '../api/generated';
import { Button } from '../ui/button';
import { classes } from '../ui/classes';
import { Menu } from '../ui/menu';
import { SearchField } from '../ui/search-field';
import { useActiveInView } from '../ui/use-active-in-view';
import styles from './filters.module.css';
import { COLUMNS, isFiltered, NO_FILTERS, type Sort, sortOf, sortParam, sortWords } from './list';
import { type JobsSearch, LONGEST } from './search';

type Facets = NonNullable<JobFacetsQuery['jobFacets']>;

const STATUSES = [
  { value: undefined, name: 'Open' },
  { value: 'DRAFT', name: 'Draft' },
  { value: 'CLOSED', name: 'Closed' },
  { value: 'ANY', name: 'All' },
] as const;

interface FiltersProps {
  readonly search: JobsSearch;
  /** Null until it is known what there is to choose from. */
  readonly facets: Facets | null;
  /** The name of the member that is chosen, once it is known. */
  readonly member: string | undefined;
  readonly total: number | null | undefined;
  readonly onChange: (changed: JobsSearch) => void;
}

/** What the list is narrowed to. Every control says its own state, and how many jobs each choice would leave. */
export function Filters({ search, facets, member, total, onChange }: FiltersProps) {
  const statuses = useActiveInView<HTMLFieldSetElement>(search.status ?? 'OPEN');
  return (
    <div className={styles.bar}>
      <SearchField
        label="Search jobs"
        placeholder="Title, department or location"
        longest={LONGEST}
        value={search.q ?? ''}
        onChange={(q) => onChange({ q: q || undefined })}
      />
      <fieldset ref={statuses} className={classes(styles.choices, styles.statuses)} aria-label="Status">
        {STATUSES.map(({ value, name }) => (
          <button
            key={name}
            type="button"
            className={styles.choice}
            aria-pressed={search.status === value}
            onClick={() => onChange({ status: value })}
          >
            {name}
            {facets ? <Count of={jobsOf(facets, value ?? 'OPEN')} /> : null}
          </button>
        ))}
      </fieldset>
      <div className={styles.choices}>
        <button
          type="button"
          className={styles.choice}
          aria-pressed={search.mine === '1'}
          onClick={() => onChange({ mine: search.mine ? undefined : '1' })}
        >
          My jobs
        </button>
        <button
          type="button"
          className={styles.choice}
          aria-pressed={search.attention === '1'}
          onClick={() => onChange({ attention: search.attention ? undefined : '1' })}
        >
          Needs attention
          {facets ? <Count of={facets.needingAttention} /> : null}
        </button>
        <Choice
          name="Department"
          any="Any department"
          value={search.department}
          choices={facets?.departments.map(({ name, jobs }) => ({ value: name, name, jobs }))}
          onChange={(department) => onChange({ department })}
        />
        <Choice
          name="Location"
          any="Any location"
          value={search.location}
          choices={facets?.locations.map(({ name, jobs }) => ({ value: name, name, jobs }))}
          onChange={(location) => onChange({ location })}
        />
        <Choice
          name="Member"
          any="Any team member"
          value={search.member}
          said={member}
          choices={facets?.members.map(({ user, jobs }) => ({ value: user.id, name: user.name, jobs }))}
          onChange={(chosen) => onChange({ member: chosen })}
        />
        {isFiltered(search) ? (
          <Button look="quiet" small onClick={() => onChange(NO_FILTERS)}>
            Clear filters
          </Button>
        ) : null}
      </div>
      <SortMenu sort={sortOf(search)} onChange={(sort) => onChange({ sort: sortParam(sort) })} />
      <span className={styles.total} role="status">
        {total == null ? '' : total === 1 ? '1 job' : `${total} jobs`}
      </span>
    </div>
  );
}

function jobsOf({ statuses }: Facets, status: 'OPEN' | 'DRAFT' | 'CLOSED' | 'ANY'): number {
  return statuses.reduce((sum, choice) => sum + (status === 'ANY' || choice.status === status ? choice.jobs : 0), 0);
}

function Count({ of }: { readonly of: number }) {
  return <span className={styles.count}>{of}</span>;
}

interface ChoiceProps {
  readonly name: string;
  readonly any: string;
  readonly value: string | undefined;
  /** What the value is called, if it does not say it. */
  readonly said?: string | undefined;
  readonly choices: readonly { readonly value: string; readonly name: string; readonly jobs: number }[] | undefined;
  readonly onChange: (value: string | undefined) => void;
}

function Choice({ name, any, value, said, choices, onChange }: ChoiceProps) {
  const chosen = choices?.find((choice) => choice.value === value)?.name ?? said ?? (name === 'Member' ? '…' : value);
  return (
    <Menu
      trigger={
        <>
          <span className="cut">{value === undefined ? name : `${name}: ${chosen}`}</span>
          <ChevronDown aria-hidden="true" />
        </>
      }
      triggerClass={classes(styles.choice, styles.menu, value !== undefined && styles.chosen)}
    >
      {({ MenuChoices, MenuChoice, MenuNote }) => (
        <MenuChoices chosen={value ?? ''}>
          <MenuChoice value="" onSelect={() => onChange(undefined)}>
            {any}
          </MenuChoice>
          {choices?.map((choice) => (
            <MenuChoice
              key={choice.value}
              value={choice.value}
              end={choice.jobs}
              onSelect={() => onChange(choice.value)}
            >
              <span className="cut" dir="auto">
                {choice.name}
              </span>
            </MenuChoice>
          ))}
          {choices?.length === 0 ? <MenuNote>No other choice with these filters.</MenuNote> : null}
        </MenuChoices>
      )}
    </Menu>
  );
}

/** Where the heads of the columns are not shown. */
function SortMenu({ sort, onChange }: { readonly sort: Sort; readonly onChange: (sort: Sort) => void }) {
  return (
    <span className={styles.sort}>
      <Menu
        trigger={
          <>
            {`Sorted: ${sortWords(sort)}`}
            <ChevronDown aria-hidden="true" />
          </>
        }
        triggerClass={classes(styles.choice, styles.menu)}
      >
        {({ MenuChoices, MenuChoice }) => (
          <MenuChoices chosen={sortWords(sort)}>
            {COLUMNS.flatMap((column) => [false, true].map((reversed) => ({ column, reversed }))).map((choice) => (
              <MenuChoice key={sortWords(choice)} value={sortWords(choice)} onSelect={() => onChange(choice)}>
                {sortWords(choice)}
              </MenuChoice>
            ))}
          </MenuChoices>
        )}
      </Menu>
    </span>
  );
}
