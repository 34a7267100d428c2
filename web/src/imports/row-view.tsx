import { Link } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useSend } from '../api/context';
import { FixImportRow, type ImportRowsQuery } from '../api/generated';
import { reasonOf } from '../reason';
import { announce } from '../shell/announcer';
import { Button } from '../ui/button';
import { TextField } from '../ui/field';
import { Status } from '../ui/status';
import styles from './screen.module.css';
import { editedCells, type Import, OUTCOMES, sentCells } from './steps';

export type Row = NonNullable<NonNullable<NonNullable<ImportRowsQuery['import']>['rows']>['nodes'][number]>;

interface RowViewProps {
  readonly row: Row;
  readonly shown: Import;
  readonly onFixed: () => void;
}

/** A row of the file: what it leads to, what is wrong with it, and its fields to be changed. */
export function RowView({ row, shown, onFixed }: RowViewProps) {
  const [fixing, setFixing] = useState(false);
  const fix = useRef<HTMLButtonElement>(null);
  const refused = row.outcome === 'REFUSED';
  const names = shown.columns.map(({ name }) => name);
  return (
    <li className={styles.row} aria-label={`Line ${row.line}`}>
      <div className={styles.line}>
        <span className="faint">Line {row.line}</span>
        <Status shape={refused ? 'bad' : row.problems.length > 0 ? 'warn' : 'yes'}>{OUTCOMES[row.outcome]}</Status>
        {row.suppressed ? <Status shape="hidden">Suppressed, and stays so</Status> : null}
        {row.person ? (
          <Link to="/people/$person" params={{ person: row.person.id }} className={styles.link} dir="auto">
            {row.person.name}
          </Link>
        ) : null}
        {refused && row.appliedAt === null && !fixing ? (
          <Button ref={fix} small onClick={() => setFixing(true)} label={`Fix line ${row.line}`}>
            Fix
          </Button>
        ) : null}
      </div>
      {row.problems.map((problem) => (
        <p key={`${problem.code} ${problem.column}`} className={problem.warning ? styles.warning : styles.problem}>
          {problem.column === null ? 'The row' : <span dir="auto">{names[problem.column]}</span>} {problem.message}
        </p>
      ))}
      {fixing ? (
        <Fields
          row={row}
          shown={shown}
          onDone={() => {
            setFixing(false);
            onFixed();
          }}
          onClose={() => {
            setFixing(false);
            requestAnimationFrame(() => fix.current?.focus());
          }}
        />
      ) : row.cells.length > 0 ? (
        <p className={styles.cells} dir="auto">
          {row.cells.filter((cell) => cell.trim() !== '').join(' · ')}
        </p>
      ) : null}
    </li>
  );
}

interface FieldsProps extends Omit<RowViewProps, 'onFixed'> {
  readonly onDone: () => void;
  readonly onClose: () => void;
}

function Fields({ row, shown, onDone, onClose }: FieldsProps) {
  const send = useSend();
  const columns = shown.columns;
  const [cells, setCells] = useState(() => editedCells(row.cells, columns.length));
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const first =
    row.problems.find(({ column }) => column !== null)?.column ??
    (row.cells.length > columns.length ? columns.length : 0);
  useEffect(() => {
    form.current?.querySelectorAll('input')[first]?.focus();
  }, [first]);

  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const { data } = await send(FixImportRow, {
        input: { importId: shown.id, number: row.number, cells: sentCells(cells, columns.length) },
      });
      const result = data.fixImportRow;
      if (result.__typename !== 'ImportRow') setProblem(result.message);
      else if (result.outcome === 'REFUSED') setProblem(result.problems.map(({ message }) => message).join('; '));
      else {
        announce(`Line ${row.line} is fixed`);
        onDone();
      }
    } catch (failure) {
      setProblem(reasonOf(failure));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form ref={form} className={styles.fields} onSubmit={(event) => void save(event)} noValidate>
      {cells.map((cell, at) => (
        <TextField
          // biome-ignore lint/suspicious/noArrayIndexKey: fields have their places
          key={at}
          label={columns[at]?.name ?? `Too many: field ${at + 1}`}
          value={cell}
          problem={row.problems.find(({ column }) => column === at)?.message}
          onChange={({ target }) => setCells(cells.map((old, place) => (place === at ? target.value : old)))}
        />
      ))}
      {problem ? (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      ) : null}
      <div className={styles.acts}>
        <Button onClick={onClose}>Close</Button>
        <Button look="primary" type="submit" disabled={busy}>
          {busy ? 'Checking' : 'Check again'}
        </Button>
      </div>
    </form>
  );
}
