// What every reviewer says of every person; on a phone one person after the other.

import { ChevronDown, MessageSquareText } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { useViewer } from '../shell/viewer';
import { Avatar } from '../ui/avatar';
import { Button } from '../ui/button';
import { firstName } from '../ui/names';
import { Status } from '../ui/status';
import { Time } from '../ui/time';
import { useNarrow } from '../ui/use-narrow';
import styles from './matrix.module.css';
import { cellOf, disputedFirst, isOpen, tally } from './rules';
import type { Item, Review, Reviewer, SaidByOne } from './use-review';
import { VERDICT_SHAPES, VerdictStatus } from './verdict';

export function Matrix({ review }: { readonly review: Review }) {
  const narrow = useNarrow();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const items = disputedFirst(review.items);
  const noted = items.filter((item) => item.verdicts.some(({ note }) => note)).map(({ personId }) => personId);
  const all = noted.length > 0 && noted.every((id) => open.has(id));
  const toggle = (id: string) => {
    const next = new Set(open);
    if (!next.delete(id)) next.add(id);
    setOpen(next);
  };
  const hidden = review.items.some((item) => item.othersHidden);
  const parts = items.map((item) => ({ item, open: open.has(item.personId), onToggle: () => toggle(item.personId) }));
  return (
    <>
      <div className={styles.above}>
        {hidden ? (
          <Status shape="hidden">
            What the others say is hidden until you approve, star or reject a person yourself
          </Status>
        ) : null}
        {noted.length > 0 ? (
          <Button look="quiet" small onClick={() => setOpen(new Set(all ? [] : noted))}>
            {all ? 'Hide all notes' : 'Show all notes'}
          </Button>
        ) : null}
      </div>
      {narrow ? (
        <ol className={styles.list}>
          {parts.map((part) => (
            <PersonBlock key={part.item.personId} review={review} {...part} />
          ))}
        </ol>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: many reviewers scroll sideways, also by keys
        <section className={styles.scroll} aria-label="Verdicts of each reviewer" tabIndex={0}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">Person</th>
                {review.reviewers.map((reviewer) => (
                  <th key={reviewer.user?.id ?? reviewer.name} scope="col" title={reviewer.name}>
                    <span className="cut" dir="auto">
                      {firstName(reviewer.name)}
                    </span>
                  </th>
                ))}
                <th scope="col">Together</th>
              </tr>
            </thead>
            <tbody>
              {parts.map((part) => (
                <PersonRows key={part.item.personId} review={review} {...part} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}

interface PersonProps {
  readonly review: Review;
  readonly item: Item;
  readonly open: boolean;
  readonly onToggle: () => void;
}

function PersonRows({ review, item, open, onToggle }: PersonProps) {
  const notes = useId();
  return (
    <>
      <tr className={item.disputed ? styles.disputed : undefined}>
        <th scope="row">
          <Person item={item} />
        </th>
        {review.reviewers.map((reviewer) => (
          <td key={reviewer.user?.id ?? reviewer.name}>
            <CellView review={review} item={item} reviewer={reviewer} open={open} notes={notes} onToggle={onToggle} />
          </td>
        ))}
        <td>
          <Together item={item} />
        </td>
      </tr>
      {open ? (
        <tr id={notes} className={styles.notesRow}>
          <td colSpan={review.reviewers.length + 2}>
            <Notes item={item} />
          </td>
        </tr>
      ) : null}
    </>
  );
}

function PersonBlock({ review, item, open, onToggle }: PersonProps) {
  const notes = useId();
  return (
    <li className={item.disputed ? styles.disputed : undefined}>
      <div className={styles.head}>
        <Person item={item} />
        <Together item={item} />
      </div>
      <dl className={styles.cells}>
        {review.reviewers.map((reviewer) => (
          <div key={reviewer.user?.id ?? reviewer.name}>
            <dt className="cut" dir="auto">
              {reviewer.name}
            </dt>
            <dd>
              <CellView review={review} item={item} reviewer={reviewer} open={open} notes={notes} onToggle={onToggle} />
            </dd>
          </div>
        ))}
      </dl>
      {open ? (
        <div id={notes}>
          <Notes item={item} />
        </div>
      ) : null}
    </li>
  );
}

function Person({ item }: { readonly item: Item }) {
  const { name, title, company } = item.profile;
  return (
    <span className={styles.person}>
      <Avatar name={name} />
      <span>
        <strong dir="auto">{name}</strong>
        <span className="faint small cut" dir="auto">
          {[title, company].filter(Boolean).join(' at ')}
        </span>
      </span>
    </span>
  );
}

interface CellViewProps {
  readonly review: Review;
  readonly item: Item;
  readonly reviewer: Reviewer;
  readonly open: boolean;
  readonly notes: string;
  readonly onToggle: () => void;
}

function CellView({ review, item, reviewer, open, notes, onToggle }: CellViewProps) {
  const viewer = useViewer();
  const cell = cellOf(item, reviewer, viewer.id);
  if (cell.kind === 'hidden') return <Status shape="hidden">Hidden</Status>;
  if (cell.kind === 'to do') return <Status shape="open">{isOpen(review.status) ? 'To do' : 'None given'}</Status>;
  const { verdict, note } = cell.said;
  if (!note) return <VerdictStatus verdict={verdict} />;
  return (
    <button
      type="button"
      className={styles.cell}
      aria-expanded={open}
      aria-controls={notes}
      title={note}
      onClick={onToggle}
    >
      <VerdictStatus verdict={verdict} />
      <MessageSquareText aria-hidden="true" />
      <span className="unseen">, with a note by {reviewer.name}</span>
      <ChevronDown aria-hidden="true" />
    </button>
  );
}

function Together({ item }: { readonly item: Item }): ReactNode {
  if (item.disputed) return <Status shape="conflict">Disputed</Status>;
  const counts = tally(item.verdicts);
  if (counts.length === 0) return <span className="faint small">–</span>;
  return (
    <span className={styles.together}>
      {counts.map(({ verdict, count }) => (
        <Status key={verdict} shape={VERDICT_SHAPES[verdict]}>{`${count} ${SHORT[verdict]}`}</Status>
      ))}
    </span>
  );
}

const SHORT: Record<SaidByOne['verdict'], string> = {
  APPROVED: 'for',
  STARRED: 'starred',
  REJECTED: 'against',
  SKIPPED: 'skipped',
};

function Notes({ item }: { readonly item: Item }) {
  return (
    <ul className={styles.notes}>
      {item.verdicts
        .filter(({ note }) => note)
        .map((said) => (
          <li key={said.id}>
            <p className={styles.by}>
              <strong dir="auto">{said.reviewer?.name ?? 'Somebody who has left'}</strong>
              <VerdictStatus verdict={said.verdict} />
              <Time at={said.givenAt} />
            </p>
            <p dir="auto" className={styles.said}>
              {said.note}
            </p>
          </li>
        ))}
    </ul>
  );
}
