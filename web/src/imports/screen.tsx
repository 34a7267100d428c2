import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useApiQuery, useLive, useServices } from '../api/context';
import { ImportChanged, ImportInFull, ImportRows, Imports } from '../api/generated';
import { NotFoundPage } from '../shell/not-found-page';
import { Page } from '../shell/page';
import { QueryFailure } from '../shell/query-failure';
import { useViewer } from '../shell/viewer';
import { Skeleton } from '../ui/region';
import { CheckStep } from './check-step';
import { ColumnsStep } from './columns-step';
import { RunStep } from './run-step';
import styles from './screen.module.css';
import type { Step } from './search';
import { StepList } from './step-list';
import { type Import, newer, shownStep, stepsOf } from './steps';

/** An import from its columns on, followed live. */
export function ImportScreen() {
  const { import: id } = useParams({ from: '/people/import/$import' });
  const { can } = useViewer();
  return can.importPeople ? <Followed key={id} id={id} /> : <NotFoundPage />;
}

function Followed({ id }: { readonly id: string }) {
  const { step, only } = useSearch({ from: '/people/import/$import' });
  const navigate = useNavigate({ from: '/people/import/$import' });
  const { cache } = useServices();
  const query = useApiQuery(ImportInFull, { import: id });
  const [live, setLive] = useState<Import | null>(null);
  const loaded = query.data?.data.import ?? null;
  const shown = newer(live, loaded);

  const take = (changed: Import | null) => {
    setLive((old) => newer(changed, old));
    if (changed && changed.state !== shown?.state) {
      for (const { name } of [ImportRows, Imports]) void cache.invalidateQueries({ queryKey: [name] });
    }
  };
  useLive(
    ImportChanged,
    loaded ? { import: id } : null,
    query.data?.data.cursor ?? null,
    (data) => data.importChanged,
    {
      onChange: (change) => take(change.import),
      onGap: () => void query.refetch(),
    },
  );

  if (!shown) {
    const problem = query.data?.problems[0];
    if (problem?.code === 'NOT_FOUND' || problem?.code === 'INVALID_ID') return <NotFoundPage />;
    return (
      <Page title="Import people">
        {query.isPending ? (
          <Skeleton rows={6} label="Loading the import" />
        ) : (
          <QueryFailure what="The import cannot be shown" query={query} problem={problem} />
        )}
      </Page>
    );
  }
  const current = shownStep(step, shown.state);
  const go = (to: Step) => void navigate({ search: { step: to } });
  return (
    <Page title="Import people">
      <div className={styles.import}>
        <StepList current={current} importId={id} open={stepsOf(shown.state)} />
        <p className={styles.file} dir="auto">
          {shown.fileName}
        </p>
        {current === 'columns' ? (
          <ColumnsStep
            key={shown.columns.length}
            shown={shown}
            onChecking={(changed) => {
              take(changed);
              go('check');
            }}
          />
        ) : null}
        {current === 'check' ? (
          <CheckStep
            shown={shown}
            onlyProblems={only === 'errors'}
            onOnly={(wanted) =>
              void navigate({ search: { step: 'check', ...(wanted ? { only: 'errors' } : {}) }, replace: true })
            }
            onChanged={() => void query.refetch()}
            onRunning={(changed) => {
              take(changed);
              go('run');
            }}
          />
        ) : null}
        {current === 'run' ? (
          <RunStep
            shown={shown}
            onChanged={take}
            onFix={() => void navigate({ search: { step: 'check', only: 'errors' } })}
          />
        ) : null}
      </div>
    </Page>
  );
}
