import { useState } from 'react';
import { useSend, useServices } from '../api/context';
import { ImportRows, type ImportRowsQuery, StartImport } from '../api/generated';
import { useApiPages } from '../api/pages';
import { reasonOf } from '../reason';
import { toastFailure } from '../shell/toasts';
import { Button } from '../ui/button';
import { dimmedWhile, Message, Skeleton } from '../ui/region';
import { Segments } from '../ui/segments';
import { Sheet } from '../ui/sheet';
import { Status } from '../ui/status';
import { RowView } from './row-view';
import styles from './screen.module.css';
import { type Import, importable } from './steps';

interface CheckStepProps {
  readonly shown: Import;
  readonly onlyProblems: boolean;
  readonly onOnly: (problems: boolean) => void;
  /** A row was fixed. */
  readonly onChanged: () => void;
  readonly onRunning: (changed: Import) => void;
}

/** The third step: what would happen, and what is wrong, to be fixed in place. */
export function CheckStep({ shown, onlyProblems, onOnly, onChanged, onRunning }: CheckStepProps) {
  const send = useSend();
  const { api } = useServices();
  const [busy, setBusy] = useState(false);
  const checking = shown.state === 'CHECKING';
  const ready = importable(shown);

  const start = async () => {
    setBusy(true);
    try {
      const { data } = await send(StartImport, { input: { importId: shown.id } });
      if (data.startImport.__typename === 'Import') onRunning(data.startImport);
      else toastFailure(data.startImport.message);
    } catch (failure) {
      toastFailure(reasonOf(failure));
    } finally {
      setBusy(false);
    }
  };

  const download = async () => {
    try {
      const content = await api.file(`/imports/${encodeURIComponent(shown.id)}/problems.csv`);
      const address = URL.createObjectURL(content);
      const link = document.createElement('a');
      link.href = address;
      link.download = 'problems.csv';
      link.click();
      URL.revokeObjectURL(address);
    } catch (failure) {
      toastFailure(reasonOf(failure));
    }
  };

  return (
    <>
      <Sheet title={checking ? 'The dry run is under way' : 'What would happen'}>
        {checking ? (
          <p role="status" className="soft">
            {figure(shown.counts.rows)} rows checked so far, {figure(shown.counts.refused)} with a problem. You may
            leave this page; it goes on.
          </p>
        ) : (
          <Counts shown={shown} />
        )}
        <div className={styles.acts}>
          {shown.counts.refused + shown.counts.warnings > 0 && !checking ? (
            <Button onClick={() => void download()}>Download the problems</Button>
          ) : null}
          {checking ? null : (
            <Button look="primary" disabled={busy || ready === 0} onClick={() => void start()}>
              {busy ? 'Beginning' : `Import ${figure(ready)} ${ready === 1 ? 'row' : 'rows'}`}
            </Button>
          )}
        </div>
      </Sheet>
      {checking ? null : <Rows shown={shown} onlyProblems={onlyProblems} onOnly={onOnly} onChanged={onChanged} />}
    </>
  );
}

export function Counts({ shown: { counts } }: { readonly shown: Import }) {
  const facts = [
    ['New', counts.new],
    ['Known, nothing changes', counts.known],
    ['Known, something is added', counts.changed],
    ['Repeat an earlier row', counts.repeated],
    ['Refused', counts.refused],
    ['Without a field that is wrong', counts.warnings],
  ] as const;
  return (
    <dl className={styles.counts}>
      {facts.map(([name, count]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{figure(count)}</dd>
        </div>
      ))}
    </dl>
  );
}

function rowsOf(data: ImportRowsQuery) {
  return data.import?.rows;
}

function Rows({ shown, onlyProblems, onOnly, onChanged }: Omit<CheckStepProps, 'onRunning'>) {
  const variables = { import: shown.id, withProblems: onlyProblems };
  const { query, rows } = useApiPages(ImportRows, variables, rowsOf);
  return (
    <Sheet
      title="Rows"
      beside={
        <Segments
          label="Which rows"
          options={[
            { value: 'all', name: 'All' },
            { value: 'errors', name: 'With problems' },
          ]}
          value={onlyProblems ? 'errors' : 'all'}
          onChange={(value) => onOnly(value === 'errors')}
        />
      }
    >
      {rows ? (
        rows.length === 0 ? (
          <Message within title={onlyProblems ? 'Nothing is wrong' : 'No rows'}>
            {onlyProblems ? 'No row has a problem.' : 'What rows said is no longer kept.'}
          </Message>
        ) : (
          <div {...dimmedWhile(query.isPlaceholderData)}>
            <ul className={styles.rows}>
              {rows.map((row) => (
                <RowView
                  key={row.number}
                  row={row}
                  shown={shown}
                  onFixed={() => {
                    void query.refetch();
                    onChanged();
                  }}
                />
              ))}
            </ul>
            {query.hasNextPage ? (
              <div className={styles.acts}>
                <Button onClick={() => void query.fetchNextPage()} disabled={query.isFetchingNextPage}>
                  Show more
                </Button>
              </div>
            ) : null}
          </div>
        )
      ) : query.isPending ? (
        <Skeleton rows={6} label="Loading the rows" />
      ) : (
        <Status shape="bad">The rows cannot be shown</Status>
      )}
    </Sheet>
  );
}

export function figure(count: number): string {
  return count.toLocaleString('en');
}
