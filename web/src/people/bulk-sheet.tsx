import { useState } from 'react';
import { useSend, useServices } from '../api/context';
import { CheckBulkAction, type CheckBulkActionInput, SavedSearches, StartBulkAction } from '../api/generated';
import { reasonOf } from '../reason';
import { announce } from '../shell/announcer';
import { Button } from '../ui/button';
import { Sheet } from '../ui/sheet';
import { Status } from '../ui/status';
import { ACTIONS, type PeopleKind, summary } from './bulk';
import { type Checked, Outcomes } from './bulk-outcomes';
import { What } from './bulk-what';
import { OF_PROJECTS } from './of-projects';

export type Selected = CheckBulkActionInput['selection'];

interface BulkSheetProps {
  readonly kind: PeopleKind;
  readonly selection: Selected;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** One action: what with, what it would do, how far it is, and what it did. */
export function BulkSheet({ kind, selection, onClose, onDone }: BulkSheetProps) {
  const send = useSend();
  const { cache } = useServices();
  const [checked, setChecked] = useState<Checked | null>(null);
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);

  const attempt = async (perform: () => Promise<void>) => {
    setBusy(true);
    setProblem(undefined);
    try {
      await perform();
    } catch (failure) {
      setProblem(reasonOf(failure));
    } finally {
      setBusy(false);
    }
  };
  const check = (action: Omit<CheckBulkActionInput['action'], 'kind'>) =>
    void attempt(async () => {
      const input = { selection, action: { kind, ...action }, idempotencyKey: crypto.randomUUID() };
      const { data } = await send(CheckBulkAction, { input });
      const result = data.checkBulkAction;
      if (result.__typename !== 'BulkAction') return setProblem(result.message);
      setChecked(result);
      announce(summary(kind, result.expected, false));
    });
  const start = (action: Checked) =>
    void attempt(async () => {
      const { data } = await send(StartBulkAction, { input: { bulkActionId: action.id } });
      const result = data.startBulkAction;
      if (result.__typename !== 'BulkAction') return setProblem(result.message);
      setChecked(result);
    });
  const reviewed = (action: Checked) => {
    setChecked(action);
    announce(summary(kind, action.outcomes, true));
  };
  const leave = () => {
    if (checked === null || checked.state === 'CHECKED') return onClose();
    for (const { name } of [...OF_PROJECTS, SavedSearches]) {
      void cache.invalidateQueries({ queryKey: [name] });
    }
    onDone();
  };

  return (
    <Sheet
      title={ACTIONS[kind].name}
      beside={
        <Button look="quiet" small onClick={leave}>
          Close
        </Button>
      }
    >
      {checked === null ? (
        <What kind={kind} busy={busy} onCheck={check} />
      ) : (
        <Outcomes checked={checked} busy={busy} onStart={() => start(checked)} onRequested={reviewed} />
      )}
      {problem ? (
        <p role="alert">
          <Status shape="bad">{problem}</Status>
        </p>
      ) : null}
    </Sheet>
  );
}
