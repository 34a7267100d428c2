import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { Status } from '../ui/status';
import { upcoming } from '../ui/time';
import { type Board, type Card, columnOf } from './board';
import { type Filter, shown, sourceOf } from './filter';
import styles from './screen.module.css';

type Column = 'name' | 'stage' | 'days' | 'interview' | 'source';

const COLUMNS: readonly { readonly key: Column; readonly name: string; readonly figure?: boolean }[] = [
  { key: 'name', name: 'Person' },
  { key: 'stage', name: 'Stage' },
  { key: 'days', name: 'Days in stage', figure: true },
  { key: 'interview', name: 'Next interview' },
  { key: 'source', name: 'Source' },
];

/** The board as a table: the same cards, the same filter. */
export function ListView({ board, filter, open }: { board: Board; filter: Filter; open: string | undefined }) {
  const [sort, setSort] = useState<{ by: Column; down: boolean }>({ by: 'stage', down: false });
  const rows = useMemo(() => {
    const places = new Map(board.stages.map((stage, place) => [stage.id, place]));
    const cards = board.stages.flatMap((stage) => columnOf(board, stage.id));
    const sign = sort.down ? -1 : 1;
    return shown(filter, cards).toSorted((one, other) => sign * compare(sort.by, one, other, places));
  }, [board, filter, sort]);
  const names = new Map(board.stages.map((stage) => [stage.id, stage.name]));
  return (
    <div className={styles.table}>
      <table>
        <caption className="unseen">{`${rows.length} active applications`}</caption>
        <thead>
          <tr>
            {COLUMNS.map(({ key, name, figure }) => (
              <th
                key={key}
                scope="col"
                className={figure ? styles.figure : undefined}
                aria-sort={sort.by === key ? (sort.down ? 'descending' : 'ascending') : 'none'}
              >
                <button
                  type="button"
                  onClick={() => setSort((old) => ({ by: key, down: old.by === key && !old.down }))}
                >
                  {name}
                  <span aria-hidden="true">{sort.by === key ? (sort.down ? ' ↓' : ' ↑') : ''}</span>
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((card) => (
            <tr
              key={card.applicationId}
              data-row={card.applicationId}
              aria-current={open === card.applicationId ? 'true' : undefined}
            >
              <th scope="row">
                <Link
                  from="/jobs/$job/board"
                  search={(old) => ({ ...old, open: card.applicationId })}
                  dir="auto"
                  preload={false}
                >
                  {card.personName}
                </Link>
              </th>
              <td>
                {names.get(card.stageId)}
                {card.sync === 'CONFLICTED' ? <Status shape="conflict">ATS disagrees</Status> : null}
                {card.sync === 'PENDING' ? <Status shape="pending">Not yet in ATS</Status> : null}
              </td>
              <td className={styles.figure}>{card.daysInStage}</td>
              <td>{card.nextInterviewAt ? upcoming(card.nextInterviewAt, Date.now()) : ''}</td>
              <td>{sourceOf(card)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function compare(by: Column, one: Card, other: Card, places: ReadonlyMap<string, number>): number {
  switch (by) {
    case 'name':
      return one.personName.localeCompare(other.personName);
    case 'stage':
      return (places.get(one.stageId) ?? 0) - (places.get(other.stageId) ?? 0);
    case 'days':
      return one.daysInStage - other.daysInStage;
    case 'interview':
      return (one.nextInterviewAt ?? '9').localeCompare(other.nextInterviewAt ?? '9');
    case 'source':
      return sourceOf(one).localeCompare(sourceOf(other));
  }
}
