import { AddToJob, PersonInFull } from '../api/generated';
import { saidOf, useAct, useRequestKey } from '../shell/act';
import { announce } from '../shell/announcer';
import { JobDialog } from '../shell/job-dialog';
import { isolated } from '../ui/names';

interface AddToJobDialogProps {
  readonly person: string;
  readonly name: string;
  readonly onClose: () => void;
}

/** Which job: they are put into its first stage, here and in the ATS. */
export function AddToJobDialog({ person, name, onClose }: AddToJobDialogProps) {
  const { act, busy } = useAct();
  const keyOf = useRequestKey();
  return (
    <JobDialog
      title={
        <>
          Add <bdi>{name}</bdi> to a job
        </>
      }
      act="Add"
      hint="They begin in its first stage. The ATS creates the application."
      busy={busy}
      onChosen={async (job, refused) => {
        const said = `${isolated(name)} is being added to ${isolated(job.name)}`;
        const done = await act({
          mutation: AddToJob,
          variables: { input: { personId: person, jobId: job.id, idempotencyKey: keyOf(job.id) } },
          pick: (data) => saidOf(data.addToJob),
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
