// How an application goes well: the person is hired, or goes on in a job that suits them better.

import { useState } from 'react';
import { useApiQuery } from '../api/context';
import { HireApplication, OpenSeats, PersonInFull, TransferApplication } from '../api/generated';
import { saidOf, useAct, useRequestKey } from '../shell/act';
import { announce } from '../shell/announcer';
import { JobDialog } from '../shell/job-dialog';
import { QueryFailure } from '../shell/query-failure';
import { Choices } from '../ui/choices';
import { Dialog } from '../ui/dialog';
import { TextField } from '../ui/field';
import { isolated } from '../ui/names';
import { Skeleton } from '../ui/region';
import { seatsInWords } from './seats';

export type Outcome = 'HIRE' | 'TRANSFER';

export interface OutcomeDialogProps {
  readonly name: string;
  readonly application: string;
  /** Where the viewer sees it. */
  readonly stage: string;
  readonly job: string;
  readonly onClose: () => void;
}

export function OutcomeDialog({ outcome, ...props }: OutcomeDialogProps & { readonly outcome: Outcome }) {
  return outcome === 'HIRE' ? <HireDialog {...props} /> : <TransferDialog {...props} />;
}

/** Which seat they fill, and when they begin: both may be left to the ATS. */
function HireDialog({ name, application, stage, job, onClose }: OutcomeDialogProps) {
  const [opening, setOpening] = useState('');
  const [startsOn, setStartsOn] = useState('');
  const { act, busy } = useAct();
  const keyOf = useRequestKey();
  const [problem, setProblem] = useState<string>();
  const query = useApiQuery(OpenSeats, { job });
  const seats = query.data?.data.job?.openSeats;
  const hire = async (close: () => void) => {
    const wish = { openingId: opening || null, startsOn: startsOn || null };
    const said = `${isolated(name)} is hired`;
    const done = await act({
      mutation: HireApplication,
      variables: {
        input: { applicationId: application, stageId: stage, ...wish, idempotencyKey: keyOf(JSON.stringify(wish)) },
      },
      pick: (data) => saidOf(data.hireApplication),
      said,
      refused: setProblem,
      reload: [PersonInFull],
    });
    if (!done) return;
    announce(said);
    close();
  };
  return (
    <Dialog
      title={
        <>
          <bdi>{name}</bdi> is hired
        </>
      }
      act="Record the hire"
      disabled={busy}
      problem={problem}
      onAct={(close) => void hire(close)}
      onClose={onClose}
    >
      <p className="soft">The ATS is told, and the application leaves the board.</p>
      <TextField
        label="First day (may be left empty)"
        type="date"
        value={startsOn}
        onChange={({ target }) => setStartsOn(target.value)}
      />
      {seats ? (
        <Choices
          legend="Which seat"
          options={[
            { value: '', name: 'The one that the ATS chooses' },
            ...seatsInWords(seats, Date.now()).map(({ id, words }) => ({ value: id, name: words })),
          ]}
          value={opening}
          onChange={setOpening}
        />
      ) : query.isPending ? (
        <Skeleton rows={2} label="Loading the open seats" />
      ) : (
        <QueryFailure what="The open seats cannot be shown" query={query} problem={query.data?.problems[0]} />
      )}
    </Dialog>
  );
}

function TransferDialog({ name, application, stage, job, onClose }: OutcomeDialogProps) {
  const { act, busy } = useAct();
  const keyOf = useRequestKey();
  return (
    <JobDialog
      title={
        <>
          Which job suits <bdi>{name}</bdi> better?
        </>
      }
      act="Transfer"
      hint="It goes on there in the first stage, and the ATS is told."
      busy={busy}
      without={job}
      onChosen={async (to, refused) => {
        const said = `${isolated(name)} goes on in ${isolated(to.name)}`;
        const done = await act({
          mutation: TransferApplication,
          variables: {
            input: { applicationId: application, stageId: stage, toJobId: to.id, idempotencyKey: keyOf(to.id) },
          },
          pick: (data) => saidOf(data.transferApplication),
          said,
          refused,
          reload: [PersonInFull],
        });
        if (done) announce(said);
        return done;
      }}
      onClose={onClose}
    />
  );
}
