import { type ReactNode, useState } from 'react';
import { Dialog } from '../ui/dialog';
import type { Found } from '../ui/finder';
import { JobFinder } from './job-finder';

interface JobDialogProps {
  readonly title: ReactNode;
  /** What its first button does. */
  readonly act: string;
  /** What follows from it. */
  readonly hint: string;
  readonly busy: boolean;
  /** A job that is not offered. */
  readonly without?: string;
  /** Resolves to whether it was done; `refused` says why it was not. */
  readonly onChosen: (job: Found, refused: (message: string) => void) => Promise<boolean>;
  readonly onClose: () => void;
}

/** Asks for the open job with which something is done, and closes once it is done. */
export function JobDialog({ title, act, hint, busy, without, onChosen, onClose }: JobDialogProps) {
  const [job, setJob] = useState<Found | null>(null);
  const [problem, setProblem] = useState<string>();
  const perform = async (close: () => void) => {
    if (!job) return setProblem('Choose a job.');
    if (await onChosen(job, setProblem)) close();
  };
  return (
    <Dialog
      title={title}
      act={act}
      disabled={busy}
      problem={problem}
      onAct={(close) => void perform(close)}
      onClose={onClose}
    >
      <p className="soft">{hint}</p>
      <JobFinder
        {...(without === undefined ? {} : { without })}
        chosen={job?.id ?? null}
        onChoose={(chosen) => {
          setJob(chosen);
          setProblem(undefined);
        }}
      />
    </Dialog>
  );
}
