import { useDeferredValue, useState } from 'react';
import { useApiQuery } from '../api/context';
import { FindJobs } from '../api/generated';
import { Finder, type Found } from '../ui/finder';

interface JobFinderProps {
  readonly problem?: string | undefined;
  /** The one that is chosen. */
  readonly chosen?: string | null;
  /** One that is not offered. */
  readonly without?: string;
  readonly onChoose: (job: Found) => void;
}

/** The open jobs that the viewer sees, by their titles. */
export function JobFinder({ problem, chosen = null, without, onChoose }: JobFinderProps) {
  const [text, setText] = useState('');
  const jobs = useApiQuery(FindJobs, { text: useDeferredValue(text.trim()) || null }, { keep: true });
  const found = jobs.data?.data.jobs?.nodes
    .filter(({ id }) => id !== without)
    .map(({ id, title, department, location }) => ({
      id,
      name: title,
      about: [department, location].filter(Boolean).join(', '),
    }));
  return (
    <Finder
      label="Open jobs"
      placeholder="Title"
      problem={problem}
      text={text}
      onText={setText}
      found={found}
      chosen={new Set(chosen === null ? [] : [chosen])}
      onToggle={onChoose}
      nothing="No open job is called that"
    />
  );
}
