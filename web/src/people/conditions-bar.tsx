import { Plus, X } from 'lucide-react';
import { type InputHTMLAttributes, useDeferredValue, useRef } from 'react';
import { useApiQuery } from '../api/context';
import { CountPeople, type FoundPeopleQuery, OpenProjects, ProjectName } from '../api/generated';
import { usePageKeys } from '../shell/keys';
import { Button, buttonClass } from '../ui/button';
import { Menu } from '../ui/menu';
import { Status } from '../ui/status';
import { useTyped } from '../ui/use-typed';
import {
  begun,
  type Clause,
  type Condition,
  DEEPEST,
  definition,
  filterOf,
  type Group,
  isGroup,
  KINDS,
  MATCHES,
  type Match,
  MOST,
  RATINGS,
  STAGES,
  STATUSES,
  said,
  sizeOf,
  type Value,
} from './conditions';
import styles from './conditions.module.css';

type Facets = NonNullable<FoundPeopleQuery['peopleFacets']>['facets'];

interface Offered {
  /** Whether the viewer works with projects. */
  readonly projects: boolean;
  /** What there is to choose from, once it is known. */
  readonly facets: Facets;
  /** Which kinds may be given as the search is; others are kept, and said to be refused. */
  readonly allowed: (condition: Pick<Condition, 'kind'>) => boolean;
}

interface ConditionsBarProps extends Offered {
  readonly conditions: readonly Clause[];
  readonly onChange: (conditions: readonly Clause[]) => void;
}

/** What people are searched by, each a sentence that one completes, turns round, or removes; alone or in groups. */
export function ConditionsBar({ conditions, onChange, ...offered }: ConditionsBarProps) {
  const full = sizeOf(conditions) >= MOST;
  const bar = useRef<HTMLDivElement>(null);
  const add = () => bar.current?.querySelector<HTMLElement>(':scope > ul > li:last-child > button')?.click();
  usePageKeys('Filters', full ? [] : [{ key: 'f', name: 'Add a filter', perform: add }]);
  return (
    <div ref={bar}>
      <Clauses label="Filters" clauses={conditions} depth={0} full={full} offered={offered} onChange={onChange} />
    </div>
  );
}

interface ClausesProps {
  readonly label: string;
  readonly clauses: readonly Clause[];
  /** In how many groups they stand. */
  readonly depth: number;
  /** There are as many as there may be. */
  readonly full: boolean;
  readonly offered: Offered;
  readonly onChange: (clauses: readonly Clause[]) => void;
}

function Clauses({ label, clauses, depth, full, offered, onChange }: ClausesProps) {
  const replace = (at: number, changed: Clause) =>
    onChange(clauses.map((clause, other) => (other === at ? changed : clause)));
  const remove = (at: number) => onChange(clauses.filter((_, other) => other !== at));
  return (
    <ul className={styles.conditions} aria-label={label}>
      {clauses.map((clause, at) =>
        isGroup(clause) ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same condition may stand there twice
          <li key={`group ${at}`} className={styles.group}>
            <GroupHead group={clause} onChange={(changed) => replace(at, changed)} onRemove={() => remove(at)} />
            <Clauses
              label={MATCH_WORDS[clause.match]}
              clauses={clause.of}
              depth={depth + 1}
              full={full}
              offered={offered}
              onChange={(of) => replace(at, { ...clause, of })}
            />
          </li>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
          <li key={`${clause.kind} ${at}`} className={styles.condition}>
            <Sentence condition={clause} facets={offered.facets} onChange={(changed) => replace(at, changed)} />
            {offered.allowed(clause) ? (
              <Alone clause={clause} />
            ) : (
              <Status shape="bad">Not with diversity sourcing</Status>
            )}
            <Button look="quiet" small lone label={`Remove: ${said(clause)}`} onClick={() => remove(at)}>
              <X />
            </Button>
          </li>
        ),
      )}
      {full ? null : (
        <li>
          <AddFilter deepest={depth === DEEPEST} offered={offered} onAdd={(clause) => onChange([...clauses, clause])} />
        </li>
      )}
    </ul>
  );
}

const MATCH_WORDS: Readonly<Record<Match, string>> = {
  any: 'Any of these holds',
  all: 'All of these hold',
  none: 'None of these holds',
};

interface GroupHeadProps {
  readonly group: Group;
  readonly onChange: (changed: Group) => void;
  readonly onRemove: () => void;
}

function GroupHead({ group, onChange, onRemove }: GroupHeadProps) {
  return (
    <div className={styles.head}>
      <select
        aria-label="How many of them hold"
        value={group.match}
        onChange={({ target }) => onChange({ ...group, match: target.value as Match })}
      >
        {MATCHES.map((match) => (
          <option key={match} value={match}>
            {MATCH_WORDS[match]}
          </option>
        ))}
      </select>
      <Alone clause={group} />
      <Button look="quiet" small lone label={`Remove: ${said(group)}`} onClick={onRemove}>
        <X />
      </Button>
    </div>
  );
}

interface AddFilterProps {
  /** No group may stand here. */
  readonly deepest: boolean;
  readonly offered: Offered;
  readonly onAdd: (clause: Clause) => void;
}

function AddFilter({ deepest, offered: { projects, allowed }, onAdd }: AddFilterProps) {
  return (
    <Menu
      trigger={
        <>
          <Plus aria-hidden="true" />
          Add filter
        </>
      }
      triggerClass={buttonClass('plain', { small: true })}
    >
      {({ MenuItem }) => (
        <>
          {KINDS.filter((kind) => (projects || kind !== 'project') && allowed({ kind })).map((kind) => (
            <MenuItem key={kind} onSelect={() => onAdd(begun(kind))}>
              {definition(kind).is.join(' … ')}
            </MenuItem>
          ))}
          {deepest ? null : <MenuItem onSelect={() => onAdd({ match: 'any', of: [] })}>A group of filters</MenuItem>}
        </>
      )}
    </Menu>
  );
}

/** How many it finds by itself. */
function Alone({ clause }: { readonly clause: Clause }) {
  const filter = filterOf([useDeferredValue(clause)]);
  const counted = useApiQuery(CountPeople, { filter }, { enabled: filter !== null, keep: true });
  const total = filter === null ? undefined : counted.data?.data.peopleFacets?.total;
  return total === undefined ? null : (
    <span className="faint small">
      {total.toLocaleString()}
      <span className="unseen"> people by this alone</span>
    </span>
  );
}

interface SentenceProps {
  readonly condition: Condition;
  readonly facets: Facets;
  readonly onChange: (changed: Condition) => void;
}

function Sentence({ condition, facets, onChange }: SentenceProps) {
  const { is, not, value } = definition(condition.kind);
  const [before, after] = condition.not ? not : is;
  const change = (changed: string) => onChange({ ...condition, value: changed });
  return (
    <>
      <button
        type="button"
        className={styles.turn}
        title="Say the opposite"
        aria-label={`${before}. Say the opposite`}
        onClick={() => onChange({ ...condition, not: !condition.not })}
      >
        {before}
      </button>
      {value === 'words' ? (
        <Typed label={before} value={condition.value} maxLength={100} onChange={change} />
      ) : value === 'days' ? (
        <Typed label={`${before}, days`} type="number" value={condition.value} min={0} max={36_500} onChange={change} />
      ) : value === 'none' ? null : value === 'project' ? (
        <ProjectChoice label={before} value={condition.value} onChange={change} />
      ) : (
        <select aria-label={before} value={condition.value} onChange={(event) => change(event.target.value)}>
          {condition.value === '' ? <option value="">Choose</option> : null}
          {choicesOf(value, facets, condition.value).map(([key, name]) => (
            <option key={key} value={key}>
              {name}
            </option>
          ))}
        </select>
      )}
      {after ? <span>{after}</span> : null}
    </>
  );
}

interface ProjectChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function ProjectChoice({ label, value, onChange }: ProjectChoiceProps) {
  const projects = useApiQuery(OpenProjects, { text: null });
  const offered = projects.data?.data.projects?.nodes ?? [];
  const missing = value !== '' && projects.data !== undefined && !offered.some(({ id }) => id === value);
  const chosen = useApiQuery(ProjectName, { project: value }, { enabled: missing }).data?.data.project;
  return (
    <select aria-label={label} value={value} onChange={({ target }) => onChange(target.value)}>
      {value === '' ? <option value="">Choose</option> : null}
      {missing ? <option value={value}>{chosen?.name ?? '…'}</option> : null}
      {offered.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}

interface TypedProps extends Pick<InputHTMLAttributes<HTMLInputElement>, 'type' | 'maxLength' | 'min' | 'max'> {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Typed({ label, value, onChange, type = 'text', ...limits }: TypedProps) {
  return <input {...limits} type={type} aria-label={label} {...useTyped(value, onChange)} />;
}

const FACETS = { department: 'DEPARTMENT', source: 'SOURCE', tag: 'TAG' } as const;

function choicesOf(value: Value, facets: Facets, chosen: string): readonly (readonly [string, string])[] {
  switch (value) {
    case 'stage':
      return STAGES;
    case 'status':
      return STATUSES;
    case 'rating':
      return RATINGS;
    case 'department':
    case 'source':
    case 'tag': {
      const choices = facets.find(({ facet }) => facet === FACETS[value])?.choices ?? [];
      const known = choices.map((choice) => [choice.value, `${choice.value} (${choice.people})`] as const);
      return chosen === '' || choices.some((choice) => choice.value === chosen) ? known : [[chosen, chosen], ...known];
    }
    default:
      return [];
  }
}
