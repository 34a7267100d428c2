import { Link } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useApiQuery } from '../api/context';
import { ApiError, type Problem } from '../api/errors';
import { Today } from '../api/generated';
import { usePageKeys } from '../shell/keys';
import { Page } from '../shell/page';
import { useViewer } from '../shell/viewer';
import { buttonClass } from '../ui/button';
import { firstName } from '../ui/names';
import { Failure, Message, Skeleton } from '../ui/region';
import { clock } from '../ui/time';
import { useFollowed } from './followed';
import { RowView } from './row';
import {
  type Today as Answer,
  BLOCKS,
  type Block,
  greeting,
  merged,
  type Part,
  type Row,
  rowsOf,
  things,
} from './rows';
import styles from './screen.module.css';

const RELOAD_MS = 60_000;
const RELOAD_INCOMPLETE_MS = 5_000;
const PARTS = BLOCKS.flatMap((block) => block.parts);
const NAMES: Record<Part, string> = {
  verdictsOwed: 'The verdicts you owe',
  grantsWaiting: 'Requests to send from your mailbox',
  takeoversOwed: 'Requests to take over people',
  repliesToAnswer: 'The replies',
  verdictsAwaited: 'The verdicts of others',
  inDoubt: 'Messages in doubt',
  conflicts: 'Conflicts with the ATS',
  flags: 'What is late',
  agreedActions: 'What you agreed to do',
};

export function TodayScreen() {
  const query = useApiQuery(Today, {}, { every: RELOAD_MS, everyWhileIncomplete: RELOAD_INCOMPLETE_MS });
  const answer = query.data;
  const today = answer?.data.today;
  const reload = () => void query.refetch();
  useFollowed(answer?.data.cursor ?? null, reload);
  return (
    <Page title="Today">
      {today ? (
        <Work today={today} problems={answer.problems} onReload={reload} />
      ) : query.isPending ? (
        <Skeleton rows={6} label="Loading what waits for you" />
      ) : (
        <Failure
          what="What waits for you cannot be shown"
          reason={answer?.problems[0]?.message ?? query.error?.message ?? ''}
          traceId={query.error instanceof ApiError ? query.error.traceId : null}
          onRetry={reload}
        />
      )}
    </Page>
  );
}

interface WorkProps {
  readonly today: Answer;
  readonly problems: readonly Problem[];
  readonly onReload: () => void;
}

function Work({ today, problems, onReload }: WorkProps) {
  const missing = useMemo(() => new Set(PARTS.filter((part) => !today[part])), [today]);
  const [rows, setRows] = useState<readonly Row[]>(() => rowsOf(today, Date.now()));
  useEffect(() => setRows((shown) => merged(shown, rowsOf(today, Date.now()), missing)), [today, missing]);
  const list = useRef<HTMLDivElement>(null);
  useRowKeys(list);
  const done = (key: string, said: string) =>
    setRows((shown) => shown.map((row) => (row.key === key ? { ...row, done: said } : row)));

  return (
    <div className={styles.today}>
      <Greeting today={today} rows={rows} />
      {rows.length === 0 && missing.size === 0 ? (
        <Message
          title="Nothing waits for you"
          actions={
            <Link to="/jobs" className={buttonClass('plain')}>
              Go to the jobs
            </Link>
          }
        >
          Verdicts you are asked for, replies to your messages, and whatever Rapport is not sure about will be listed
          here.
        </Message>
      ) : null}
      <div ref={list}>
        {BLOCKS.map((block) => (
          <BlockView
            key={block.name}
            block={block}
            today={today}
            rows={rows.filter((row) => block.parts.includes(row.part))}
            missing={block.parts.filter((part) => missing.has(part))}
            problems={problems}
            onDone={done}
            onReload={onReload}
          />
        ))}
      </div>
    </div>
  );
}

function Greeting({ today, rows }: { readonly today: Answer; readonly rows: readonly Row[] }) {
  const { name } = useViewer();
  const mine = today.counts?.forYou ?? sum(today, (part) => part !== 'verdictsAwaited');
  const others = today.counts?.forOthers ?? sum(today, (part) => part === 'verdictsAwaited');
  const red = rows.filter((row) => row.done === null && row.shape === 'bad' && row.part !== 'verdictsAwaited').length;
  return (
    <header className={styles.greeting}>
      <h2>
        {greeting(new Date().getHours())}, <bdi>{firstName(name)}</bdi>
      </h2>
      <p>
        <strong>{mine === 0 ? 'Nothing' : things(mine)}</strong> {mine > 1 ? 'wait' : 'waits'} for you
        {red > 0 ? `, ${red} of them red` : ''}.{' '}
        {others > 0 ? (
          <>
            You wait for <a href="#chase">{things(others)}</a> from others.{' '}
          </>
        ) : null}
        As of {clock(today.asOf)}.
      </p>
    </header>
  );
}

function sum(today: Answer, counted: (part: Part) => boolean): number {
  return PARTS.filter(counted).reduce((total, part) => total + (today[part]?.totalCount ?? 0), 0);
}

interface BlockProps {
  readonly block: Block;
  readonly today: Answer;
  readonly rows: readonly Row[];
  readonly missing: readonly Part[];
  readonly problems: readonly Problem[];
  readonly onDone: (key: string, said: string) => void;
  readonly onReload: () => void;
}

function BlockView({ block, today, rows, missing, problems, onDone, onReload }: BlockProps) {
  if (rows.length === 0 && missing.length === 0) return null;
  const total = sum(today, (part) => block.parts.includes(part));
  const id = block.name.toLowerCase();
  const open = rows.filter((row) => row.done === null).length;
  return (
    <section className={styles.block} aria-labelledby={id}>
      <header>
        <h3 id={id}>{block.name}</h3>
        <span className={styles.count}>{Math.max(total, open)}</span>
        <span className={styles.gloss}>{block.gloss}</span>
      </header>
      {missing.map((part) => {
        const problem = problems.find(({ path }) => path === `today.${part}`);
        return (
          <Failure
            key={part}
            what={`${NAMES[part]} cannot be shown`}
            reason={problem?.message ?? 'The rest is up to date.'}
            traceId={problem?.traceId ?? null}
            onRetry={onReload}
          />
        );
      })}
      {rows.length > 0 ? (
        <ul className={styles.rows}>
          {rows.map((row) => (
            <RowView key={row.key} row={row} onDone={(said) => onDone(row.key, said)} />
          ))}
        </ul>
      ) : null}
      {total > rows.length ? <p className={styles.more}>{total - rows.length} more come when these are done.</p> : null}
    </section>
  );
}

/** The focus lies on what a row is about, so that Enter opens it; the action is one key away. */
function useRowKeys(list: { readonly current: HTMLElement | null }): void {
  const rows = () => [...(list.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
  const current = () => rows().findIndex((row) => row.contains(document.activeElement));
  const go = (to: number) => rows().at(Math.max(0, to))?.querySelector<HTMLElement>('[data-open]')?.focus();
  usePageKeys('Today', [
    { key: 'j', name: 'Next row', perform: () => go(Math.min(current() + 1, rows().length - 1)) },
    { key: 'k', name: 'Previous row', perform: () => go(current() - 1) },
    {
      key: 'a',
      name: 'Do what the row suggests',
      perform: () => rows()[Math.max(0, current())]?.querySelector<HTMLElement>('[data-act]')?.click(),
    },
  ]);
}
