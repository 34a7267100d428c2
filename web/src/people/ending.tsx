import { type ReactNode, Suspense, useState } from 'react';
import {
  AcceptAtsState,
  PersonInFull,
  RejectApplication,
  ReopenApplication,
  WithdrawApplication,
} from '../api/generated';
import { CloseDialog, type Closing, mailInput, mailSaid } from '../board/parts';
import { useAct, useRequestKey } from '../shell/act';
import { isolated } from '../ui/names';
import type { Application } from './applications';

interface Ending {
  /** Ask why it is to end. */
  readonly ask: () => void;
  readonly reopen: () => void;
  /** Leave it as the ATS has it, which refused what was done. */
  readonly accept: () => void;
  readonly busy: boolean;
  readonly dialog: ReactNode;
}

/** Ending an application and taking it back, without a board below: the server decides before anything is shown. */
export function useEnding(application: Application, name: string): Ending {
  const { act, busy } = useAct();
  const [asking, setAsking] = useState(false);
  const keyOf = useRequestKey();
  const applicationId = application.id;
  const reload = [PersonInFull];
  const reopen = () =>
    void act({
      mutation: ReopenApplication,
      variables: { input: { applicationId, idempotencyKey: keyOf(`reopen ${application.version}`) } },
      pick: (data) => data.reopenApplication,
      said: `The application of ${isolated(name)} goes on`,
      reload,
    });
  // What is taken back at once is of the version that the ending has led to.
  const undo = () =>
    void act({
      mutation: ReopenApplication,
      variables: { input: { applicationId, idempotencyKey: crypto.randomUUID() } },
      pick: (data) => data.reopenApplication,
      said: `The application of ${isolated(name)} goes on`,
      reload,
    });
  const end = ({ by, reasonId, reason, note, mail }: Closing) => {
    const idempotencyKey = keyOf(
      `${application.version} ${by} ${reasonId} ${note} ${mail?.templateId} ${mail?.sendAt}`,
    );
    const input = { applicationId, stageId: application.stage.id, reasonId, note: note || null, idempotencyKey };
    if (by === 'PERSON')
      return void act({
        mutation: WithdrawApplication,
        variables: { input },
        pick: (data) => data.withdrawApplication,
        said: `${isolated(name)} withdrew: ${isolated(reason)}`,
        undo,
        reload,
      });
    return void act({
      mutation: RejectApplication,
      variables: { input: { ...input, mail: mailInput(mail) } },
      pick: (data) => data.rejectApplication,
      said: `${isolated(name)} is rejected: ${isolated(reason)}${mailSaid({ mail })}`,
      undo,
      reload,
    });
  };
  const accept = () =>
    void act({
      mutation: AcceptAtsState,
      variables: { input: { applicationId } },
      pick: (data) => data.acceptAtsState,
      said: 'It stays as the ATS has it',
      reload,
    });
  const dialog = asking ? (
    <Suspense>
      <CloseDialog name={name} applicationIds={[applicationId]} onEnd={end} onClose={() => setAsking(false)} />
    </Suspense>
  ) : null;
  return { ask: () => setAsking(true), reopen, accept, busy, dialog };
}
