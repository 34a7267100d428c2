import { Link } from '@tanstack/react-router';
import styles from './screen.module.css';
import type { Step } from './search';

const NAMES: readonly { readonly step: Step | 'file'; readonly name: string }[] = [
  { step: 'file', name: 'File' },
  { step: 'columns', name: 'Columns' },
  { step: 'check', name: 'Dry run' },
  { step: 'run', name: 'Import' },
];

interface StepListProps {
  readonly current: Step | 'file';
  readonly importId?: string;
  readonly open?: readonly Step[];
}

/** The four steps of an import, each with its address. */
export function StepList({ current, importId, open = [] }: StepListProps) {
  return (
    <nav aria-label="Steps of the import">
      <ol className={styles.steps}>
        {NAMES.map(({ step, name }, at) => (
          <li key={step} aria-current={step === current ? 'step' : undefined}>
            {importId && step !== 'file' && step !== current && open.includes(step) ? (
              <Link to="/people/import/$import" params={{ import: importId }} search={{ step }}>
                {at + 1}. {name}
              </Link>
            ) : (
              <span>
                {at + 1}. {name}
              </span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
