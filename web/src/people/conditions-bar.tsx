import { Plus, X } from 'lucide-react';
import { type InputHTMLAttributes, useDeferredValue } from 'react';
import { useApiQuery } from '../api/context';
import { CountPeople, type FoundPeopleQuery, OpenProjects, ProjectName } from '../api/generated';
import { Button, buttonClass } from '../ui/button';
import { Menu } from '../ui/menu';
import { Status } from '../ui/status';
import { useTyped } from '../ui/use-typed';
import {
  begun,
  type Condition,
  definition,
  filterOf,
  KINDS,
  RATINGS,
  STAGES,
  STATUSES,
  type Value,
} from './conditions';
import styles from './conditions.module.css';

type Facets = NonNullable<FoundPeopleQuery['peopleFacets']>['facets'];

interface ConditionsBarProps {
  readonly conditions: readonly Condition[];
  /** Whether the viewer works with projects. */
  readonly projects: boolean;
  /** What there is to choose from, once it is known. */
  readonly facets: Facets;
  /** Which kinds may be given as the search is; others are kept, and said to be refused. */
  readonly allowed: (condition: Pick<Condition, 'kind'>) => boolean;
  readonly onChange: (conditions: readonly Condition[]) => void;
}

/** What people are searched by, each a sentence that one completes, turns round, or removes. */
export function ConditionsBar({ conditions, projects, facets, allowed, onChange }: ConditionsBarProps) {
  const replace = (at: number, changed: Condition) =>
    onChange(conditions.map((condition, other) => (other === at ? changed : condition)));
  return (
    <ul className={styles.conditions} aria-label="Filters">
      {conditions.map((condition, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same condition may stand there twice
        <li key={`${condition.kind} ${at}`} className={styles.condition}>
          <Sentence condition={condition} facets={facets} onChange={(changed) => replace(at, changed)} />
          {allowed(condition) ? (
            <Alone condition={condition} />
          ) : (
            <Status shape="bad">Not with diversity sourcing</Status>
          )}
          <Button
            look="quiet"
            small
            lone
            label={`Remove: ${said(condition)}`}
            onClick={() => onChange(conditions.filter((_, other) => other !== at))}
          >
            <X />
          </Button>
        </li>
      ))}
      <li>
        <Menu
          trigger={
            <>
              <Plus aria-hidden="true" />
              Add filter
            </>
          }
          triggerClass={buttonClass('plain', { small: true })}
        >
          {({ MenuItem }) =>
            KINDS.filter((kind) => (projects || kind !== 'project') && allowed({ kind })).map((kind) => (
              <MenuItem key={kind} onSelect={() => onChange([...conditions, begun(kind)])}>
                {definition(kind).is.join(' … ')}
              </MenuItem>
            ))
          }
        </Menu>
      </li>
    </ul>
  );
}

/** How many it finds by itself. */
function Alone({ condition }: { readonly condition: Condition }) {
  const filter = filterOf([useDeferredValue(condition)]);
  const counted = useApiQuery(CountPeople, { filter }, { enabled: filter !== null, keep: true });
  const total = filter === null ? undefined : counted.data?.data.peopleFacets?.total;
  return total === undefined ? null : (
    <span className="faint small">
      {total.toLocaleString()}
      <span className="unseen"> people by this alone</span>
    </span>
  );
}

function said({ kind, value, not }: Condition): string {
  const { is, not: isNot } = definition(kind);
  const [before, after] = not ? isNot : is;
  // The id of a project says nothing to anybody.
  return [before, kind === 'project' ? '' : value, after].filter(Boolean).join(' ');
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
