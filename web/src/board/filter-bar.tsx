// What a board is filtered and ordered by. What each choice would leave is asked for when its menu opens.

import { ChevronDown } from 'lucide-react';
import { memo, useRef } from 'react';
import type { Origin } from '../api/generated';
import { reasonWords } from '../attention/words';
import { usePageKeys } from '../shell/keys';
import { Button } from '../ui/button';
import { classes } from '../ui/classes';
import { Menu, type MenuParts } from '../ui/menu';
import { type Facets, useFacets } from './facets';
import { type Filter, isActive, NO_FILTER, originWords } from './filter';
import styles from './screen.module.css';
import { type BoardSearch, UNFILTERED } from './search';

interface FilterBarProps {
  /** Whose board; null for those of the viewer's open jobs together. */
  readonly job: string | null;
  readonly search: BoardSearch;
  readonly filter: Filter;
  readonly onChange: (changed: BoardSearch) => void;
}

export const FilterBar = memo(function FilterBar({ job, search, filter, onChange }: FilterBarProps) {
  // Their name is known whatever else is filtered.
  const theirs = useFacets(job, { ...NO_FILTER, member: filter.member }, filter.member !== null);
  const member = theirs?.members.find(({ user }) => user?.id === filter.member)?.user?.name;
  const box = useRef<HTMLInputElement>(null);
  usePageKeys('Filter', [{ key: '/', name: 'Filter', perform: () => box.current?.focus() }]);
  const { source, origin, reason, quietDays } = filter;
  return (
    <>
      <input
        ref={box}
        type="search"
        aria-label="Filter the cards by name, title or company"
        placeholder="Name, title, company"
        maxLength={100}
        value={search.q ?? ''}
        onChange={({ target }) => onChange({ q: target.value || undefined })}
      />
      <Menu {...named('Source', source ?? (origin === null ? null : originWords(origin)))}>
        {(parts) => (
          <Choices
            {...{ parts, job, filter }}
            chosen={source ?? (origin === null ? null : keyOfOrigin(origin))}
            any="Any source"
            onAny={() => onChange({ source: undefined, origin: undefined })}
            list={({ sources }) =>
              sources.map((each) => ({
                key: each.source ?? keyOfOrigin(each.origin),
                name: each.source ?? originWords(each.origin ?? 'UNKNOWN'),
                count: each.count,
                choose: () => onChange({ source: each.source ?? undefined, origin: each.origin ?? undefined }),
              }))
            }
          />
        )}
      </Menu>
      <Menu {...named('Looked after by', filter.member === null ? null : (member ?? '…'))}>
        {(parts) => (
          <Choices
            {...{ parts, job, filter }}
            chosen={filter.member}
            any="Anybody"
            onAny={() => onChange({ member: undefined })}
            list={({ members }) =>
              members.flatMap(({ user, count }) =>
                user ? [{ key: user.id, name: user.name, count, choose: () => onChange({ member: user.id }) }] : [],
              )
            }
          />
        )}
      </Menu>
      <Menu {...named('Flag', reason === null ? null : reasonWords(reason))}>
        {(parts) => (
          <Choices
            {...{ parts, job, filter }}
            chosen={reason}
            any="With a flag or without"
            onAny={() => onChange({ flag: undefined })}
            list={({ reasons }) =>
              reasons.map((each) => ({
                key: each.reason,
                name: reasonWords(each.reason),
                count: each.count,
                choose: () => onChange({ flag: each.reason }),
              }))
            }
          />
        )}
      </Menu>
      <Menu {...named('Last activity', quietDays === null ? null : `${quietDays} days ago or longer`)}>
        {(parts) => (
          <Choices
            {...{ parts, job, filter }}
            chosen={quietDays === null ? null : `${quietDays}`}
            any="Any time"
            onAny={() => onChange({ quiet: undefined })}
            list={({ quiet }) =>
              quiet.map(({ days, count }) => ({
                key: `${days}`,
                name: `${days} days ago or longer`,
                count,
                choose: () => onChange({ quiet: days }),
              }))
            }
          />
        )}
      </Menu>
      <Menu {...named('Order', search.order ? 'longest here first' : 'needs attention first', !search.order)}>
        {({ MenuChoices, MenuChoice }) => (
          <MenuChoices chosen={search.order ?? 'attention'}>
            <MenuChoice value="attention" onSelect={() => onChange({ order: undefined })}>
              Needs attention first, then longest in the stage
            </MenuChoice>
            <MenuChoice value="time" onSelect={() => onChange({ order: 'time' })}>
              Longest in the stage first
            </MenuChoice>
          </MenuChoices>
        )}
      </Menu>
      {isActive(filter) ? (
        <Button
          look="quiet"
          small
          onClick={() => {
            // The button goes, and the focus must not go with it.
            box.current?.focus();
            onChange(UNFILTERED);
          }}
        >
          Clear filters
        </Button>
      ) : null}
    </>
  );
});

/** Beside the sources that the account names. */
function keyOfOrigin(origin: Origin | null): string {
  return `origin ${origin}`;
}

/** A button that says what is chosen; it stands out unless that is what is usual. */
function named(what: string, chosen: string | null, usual = false) {
  const trigger = (
    <>
      {what}
      {chosen === null ? null : (
        <>
          : <bdi>{chosen}</bdi>
        </>
      )}
      <ChevronDown aria-hidden="true" />
    </>
  );
  return { trigger, triggerClass: classes(styles.filter, chosen !== null && !usual && styles.chosen) };
}

interface Choice {
  readonly key: string;
  readonly name: string;
  readonly count: number;
  readonly choose: () => void;
}

interface ChoicesProps {
  readonly parts: MenuParts;
  readonly job: string | null;
  readonly filter: Filter;
  /** The key of the choice in force; null for none. */
  readonly chosen: string | null;
  /** What takes the condition away. */
  readonly any: string;
  readonly onAny: () => void;
  readonly list: (facets: Facets) => readonly Choice[];
}

function Choices({
  parts: { MenuChoices, MenuChoice, MenuNote },
  job,
  filter,
  chosen,
  any,
  onAny,
  list,
}: ChoicesProps) {
  const facets = useFacets(job, filter, true);
  return (
    <MenuChoices chosen={chosen ?? ''}>
      <MenuChoice value="" onSelect={onAny}>
        {any}
      </MenuChoice>
      {facets ? (
        list(facets).map(({ key, name, count, choose }) => (
          <MenuChoice key={key} value={key} end={count} onSelect={choose}>
            <bdi>{name}</bdi>
          </MenuChoice>
        ))
      ) : (
        <MenuNote>Counting…</MenuNote>
      )}
    </MenuChoices>
  );
}
