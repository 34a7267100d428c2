import { useState } from 'react';
import { AddToJob, PersonInFull } from '../api/generated';
import { saidOf, useAct, useRequestKey } from '../shell/act';
import { announce } from '../shell/announcer';
import { JobFinder } from '../shell/job-finder';
import { Dialog } from '../ui/dialog';
import type { Found } from '../ui/finder';
import { isolated } from '../ui/names';

interface AddToJobDialogProps {
  readonly person: string;
  readonly name: string;
  readonly onClose: () => void;
}

/** Which job: they are put into its first stage, here and in the ATS. */
export function AddToJobDialog({ person, name, onClose }: AddToJobDialogProps) {
  const { act, busy } = useAct();
  const [job, setJob] = useState<Found | null>(null);
  const [problem, setProblem] = useState<string>();
  const keyOf = useRequestKey();
  const add = async (close: () => void) => {
    if (!job) return setProblem('Choose a job.');
    const said = `${isolated(name)} is being added to ${isolated(job.name)}`;
    const done = await act({
      mutation: AddToJob,
      variables: { input: { personId: person, jobId: job.id, idempotencyKey: keyOf(job.id) } },
      pick: (data) => saidOf(data.addToJob),
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
          Add <bdi>{name}</bdi> to a job
        </>
      }
      act="Add"
      disabled={busy}
      problem={problem}
      onAct={(close) => void add(close)}
      onClose={onClose}
    >
      <p className="soft">They begin in its first stage. The ATS creates the application.</p>
      <JobFinder
        chosen={job?.id ?? null}
        onChoose={(chosen) => {
          setJob(chosen);
          setProblem(undefined);
        }}
      />
    </Dialog>
  );
}
