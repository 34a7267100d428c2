import { Link } from '@tanstack/react-router';
import { Combine, Split } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import {
  Duplicates,
  type DuplicatesQuery,
  KeepApart,
  type MergedField,
  MergePeople,
  UndoMerge,
} from '../api/generated';
import { useApiPages } from '../api/pages';
import { useAct } from '../shell/act';
import { usePageKeys } from '../shell/keys';
import { Page } from '../shell/page';
import { QueryFailure } from '../shell/query-failure';
import { undoNewest } from '../shell/toasts';
import { Button } from '../ui/button';
import { Kbd } from '../ui/kbd';
import { Message, Skeleton } from '../ui/region';
import { Status } from '../ui/status';
import { date, Time } from '../ui/time';
import { standing } from './applications';
import { differing } from './compared';
import { type Alike, likely, moved, why } from './duplicates';
import styles from './duplicates.module.css';
import { PeopleTabs } from './people-tabs';

type Found = NonNullable<DuplicatesQuery['probableDuplicates']>['nodes'][number];
type Pair = Found & { readonly person: Alike; readonly other: Alike };

/** The queue of people who may be one, the likeliest first: each is merged, kept apart, or left for later. */
export function DuplicatesScreen() {
  const { query, rows } = useApiPages(Duplicates, {}, (data) => data.probableDuplicates);
  const [later, setLater] = useState<ReadonlySet<string>>(new Set());
  const total = query.data?.pages[0]?.data.probableDuplicates?.totalCount ?? 0;
  const waiting = (rows ?? []).filter((pair): pair is Pair => pair.person !== null && pair.other !== null);
  const pair = waiting.find((each) => !later.has(each.id));
  usePageKeys('Duplicates', [{ key: 'u', name: 'Undo', perform: undoNewest }]);
  const leave = () => {
    if (!pair) return;
    setLater(new Set(later).add(pair.id));
    if (waiting.length - later.size < 5 && query.hasNextPage) void query.fetchNextPage();
  };

  return (
    <Page title="Duplicates">
      <PeopleTabs />
      {rows ? (
        pair ? (
          <div className={styles.queue}>
            <p className="soft" aria-live="polite">
              {total === 1 ? '1 pair to decide about' : `${total} pairs to decide about, the likeliest first`}
            </p>
            <PairView key={pair.id} pair={pair} onLater={leave} />
          </div>
        ) : query.isFetching ? (
          <Skeleton rows={6} label="Loading duplicates" />
        ) : later.size > 0 ? (
          <Message
            title="Nothing else to decide"
            actions={<Button onClick={() => setLater(new Set())}>Show what you left for later</Button>}
          >
            {later.size === 1 ? 'One pair is left for later.' : `${later.size} pairs are left for later.`}
          </Message>
        ) : (
          <Message title="Nobody seems to be here twice">
            People are compared by their addresses, phone numbers and profiles, and by name with company or place,
            whenever any of these changes.
          </Message>
        )
      ) : query.isPending ? (
        <Skeleton rows={6} label="Loading duplicates" />
      ) : (
        <QueryFailure what="The duplicates cannot be shown" query={query} problem={query.data?.pages[0]?.problems[0]} />
      )}
    </Page>
  );
}

function PairView({ pair, onLater }: { readonly pair: Pair; readonly onLater: () => void }) {
  // Who remains is who was known first, unless one says otherwise.
  const [swapped, setSwapped] = useState(pair.other.addedAt < pair.person.addedAt);
  const [taken, setTaken] = useState<ReadonlySet<MergedField>>(new Set());
  const { act, busy } = useAct();
  const title = useId();
  const [stays, goes] = swapped ? [pair.other, pair.person] : [pair.person, pair.other];

  const merge = () =>
    void act({
      mutation: MergePeople,
      variables: { input: { survivorId: stays.id, mergedId: goes.id, take: [...taken] } },
      pick: (data) => data.mergePeople,
      said: `${stays.name || 'They'}: one person now`,
      undo: (outcome) =>
        outcome.__typename === 'MergePeopleSuccess'
          ? act({
              mutation: UndoMerge,
              variables: { input: { mergeId: outcome.mergeId } },
              pick: (data) => data.undoMerge,
              said: 'They are two again, and are kept apart',
              reload: [Duplicates],
            })
          : undefined,
      reload: [Duplicates],
    });
  const keepApart = () => {
    const input = { duplicateId: pair.id };
    void act({
      mutation: KeepApart,
      variables: { input },
      pick: (data) => data.keepApart,
      said: 'They stay two',
      undo: () =>
        act({
          mutation: KeepApart,
          variables: { input: { ...input, apart: false } },
          pick: (data) => data.keepApart,
          said: 'They are compared again',
          reload: [Duplicates],
        }),
      reload: [Duplicates],
    });
  };
  usePageKeys('Pair', [
    { key: 'm', name: 'Merge', perform: () => !busy && merge() },
    { key: 'k', name: 'Keep apart', perform: () => !busy && keepApart() },
    { key: 'l', name: 'Later', perform: onLater },
  ]);
  const choose = (field: MergedField, theirs: boolean) => {
    const next = new Set(taken);
    if (theirs) next.add(field);
    else next.delete(field);
    setTaken(next);
  };

  return (
    <section className={styles.pair} aria-labelledby={title}>
      <header>
        <h2 id={title}>{why(pair.reason)}</h2>
        <Status shape={pair.score >= 0.85 ? 'warn' : 'hint'}>{likely(pair.score)}</Status>
      </header>
      <div className={styles.sides}>
        <Side person={stays} part="Stays" />
        <Side person={goes} part="Becomes part of the other">
          <Button
            look="link"
            onClick={() => {
              setSwapped(!swapped);
              setTaken(new Set());
            }}
          >
            Let this one stay
          </Button>
        </Side>
      </div>
      {differing(stays, goes).map(({ field, name, ours, theirs }) => (
        <fieldset key={field} className={styles.choice}>
          <legend>
            {name} <span className="faint">differs</span>
          </legend>
          <label>
            <input type="radio" name={field} checked={!taken.has(field)} onChange={() => choose(field, false)} />
            <bdi>{ours}</bdi>
          </label>
          <label>
            <input type="radio" name={field} checked={taken.has(field)} onChange={() => choose(field, true)} />
            <bdi>{theirs}</bdi>
          </label>
        </fieldset>
      ))}
      <p className="soft">
        <bdi>{stays.name || 'Who stays'}</bdi> gets {moved(goes, stays)}. In the ATS both records stay. Whoever asked on
        either not to be written to is not written to.
      </p>
      <div className={styles.actions}>
        <Button look="primary" disabled={busy} onClick={merge}>
          <Combine aria-hidden="true" />
          Merge <Kbd>m</Kbd>
        </Button>
        <Button disabled={busy} onClick={keepApart}>
          <Split aria-hidden="true" />
          Keep apart <Kbd>k</Kbd>
        </Button>
        <Button look="quiet" disabled={busy} onClick={onLater}>
          Later <Kbd>l</Kbd>
        </Button>
      </div>
    </section>
  );
}

interface SideProps {
  readonly person: Alike;
  readonly part: string;
  readonly children?: ReactNode;
}

function Side({ person, part, children }: SideProps) {
  const now = Date.now();
  return (
    <div className={styles.side}>
      <p className="faint small">{part}</p>
      <h3>
        <Link to="/people/$person" params={{ person: person.id }}>
          <bdi>{person.name || 'Without a name'}</bdi>
        </Link>
      </h3>
      <p className="soft" dir="auto">
        {[person.title, person.company].filter(Boolean).join(' at ') || '\u00a0'}
      </p>
      <dl>
        <dt>Place</dt>
        <dd dir="auto">{person.location ?? '–'}</dd>
        <dt>E-mail</dt>
        <dd>{person.emails.map(({ value }) => value).join(', ') || '–'}</dd>
        <dt>Phone</dt>
        <dd>{person.phones.map(({ value }) => value).join(', ') || '–'}</dd>
        <dt>Applications</dt>
        <dd>
          {person.applications.length === 0
            ? '–'
            : person.applications.slice(0, 3).map((application) => (
                <span key={application.id} className={styles.application}>
                  <bdi>{application.job?.title ?? 'A job'}</bdi>{' '}
                  <span className="faint">{standing(application, now)}</span>
                </span>
              ))}
          {person.applications.length > 3 ? (
            <span className="faint">and {person.applications.length - 3} more</span>
          ) : null}
        </dd>
        <dt>Known since</dt>
        <dd>
          <Time at={person.addedAt} as={date} />
        </dd>
      </dl>
      {children}
    </div>
  );
}
