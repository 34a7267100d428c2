import { useState } from 'react';
import { useSend } from '../api/context';
import { UndoImport } from '../api/generated';
import { reasonOf } from '../reason';
import { Button } from '../ui/button';
import { Sheet } from '../ui/sheet';
import { Status } from '../ui/status';
import { Counts, figure } from './check-step';
import styles from './screen.module.css';
import { type Import, importable } from './steps';

interface RunStepProps {
  readonly shown: Import;
  readonly onChanged: (changed: Import) => void;
  readonly onFix: () => void;
}

/** The last step: how far the import is, and what it did. */
export function RunStep({ shown, onChanged, onFix }: RunStepProps) {
  const send = useSend();
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const { counts, state } = shown;

  const undo = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const { data } = await send(UndoImport, { input: { importId: shown.id } });
      if (data.undoImport.__typename === 'Import') onChanged(data.undoImport);
      else setProblem(data.undoImport.message);
    } catch (failure) {
      setProblem(reasonOf(failure));
    } finally {
      setBusy(false);
    }
  };

  if (state === 'RUNNING') {
    const all = counts.applied + importable(shown);
    return (
      <Sheet title="Importing">
        <label className={styles.progress}>
          <span role="status">
            {figure(counts.applied)} of {figure(all)} rows
          </span>
          <progress max={all} value={counts.applied} />
        </label>
        <p className="soft">You may leave this page; it goes on.</p>
      </Sheet>
    );
  }
  if (state === 'UNDOING') {
    return (
      <Sheet title="Undoing the import">
        <p role="status" className="soft">
          {figure(counts.undone)} people removed so far.
        </p>
      </Sheet>
    );
  }
  if (state === 'UNDONE') {
    return (
      <Sheet title="The import was undone">
        <p>
          {figure(counts.undone)} people were removed.
          {counts.kept > 0 ? ` ${figure(counts.kept)} were kept: something has happened with them.` : ''}
        </p>
      </Sheet>
    );
  }
  return (
    <Sheet
      title="The import is done"
      beside={<Status shape="good">{`${figure(counts.applied)} rows imported`}</Status>}
    >
      <Counts shown={shown} />
      {problem ? (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      ) : null}
      <div className={styles.acts}>
        <Button danger disabled={busy} onClick={() => void undo()}>
          {busy ? 'Undoing' : 'Undo the import'}
        </Button>
        {counts.refused > 0 ? (
          <Button onClick={onFix}>{`Fix the refused rows (${figure(counts.refused)})`}</Button>
        ) : null}
      </div>
    </Sheet>
  );
}
