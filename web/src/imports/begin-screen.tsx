import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useId, useState } from 'react';
import { useSend, useServices } from '../api/context';
import { CreateImport, Imports } from '../api/generated';
import { useApiPages } from '../api/pages';
import { PeopleTabs } from '../people/parts';
import { reasonOf } from '../reason';
import { NotFoundPage } from '../shell/not-found-page';
import { Page } from '../shell/page';
import { useViewer } from '../shell/viewer';
import { Button } from '../ui/button';
import { Sheet } from '../ui/sheet';
import { Time } from '../ui/time';
import styles from './screen.module.css';
import { StepList } from './step-list';
import { STATES } from './steps';

const LARGEST = 50_000_000;

/** The first step of an import: its file. Earlier imports below it. */
export function BeginImportScreen() {
  const { can } = useViewer();
  if (!can.importPeople) return <NotFoundPage />;
  return (
    <Page title="Import people">
      <PeopleTabs />
      <div className={styles.import}>
        <StepList current="file" />
        <FileStep />
        <Earlier />
      </div>
    </Page>
  );
}

function FileStep() {
  const send = useSend();
  const { api, cache } = useServices();
  const navigate = useNavigate();
  const field = useId();
  const [file, setFile] = useState<File | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const upload = async (event: FormEvent) => {
    event.preventDefault();
    if (!file) return setProblem('Choose a file');
    if (file.size > LARGEST) return setProblem('A file may have at most 50 MB');
    setBusy(true);
    setProblem(null);
    try {
      const { data } = await send(CreateImport, { input: { fileName: file.name.slice(0, 200) } });
      const result = data.createImport;
      if (result.__typename !== 'Import') return setProblem(result.message);
      await api.file(`/imports/${encodeURIComponent(result.id)}/file`, file);
      void cache.invalidateQueries({ queryKey: [Imports.name] });
      await navigate({ to: '/people/import/$import', params: { import: result.id }, search: { step: 'columns' } });
    } catch (failure) {
      setProblem(reasonOf(failure));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Sheet title="Choose a file">
      <form className={styles.form} onSubmit={(event) => void upload(event)} noValidate>
        <p className="soft">
          A table as CSV, in any encoding and with any delimiter; an XLSX workbook; or lines of JSON. At most 50 MB and
          200,000 rows. Nothing is imported before you have seen what would happen.
        </p>
        <label htmlFor={field}>File</label>
        <input
          id={field}
          type="file"
          accept=".csv,.tsv,.txt,.xlsx,.jsonl,.ndjson,.json"
          aria-describedby={problem ? `${field}-problem` : undefined}
          onChange={({ target }) => {
            setFile(target.files?.[0] ?? null);
            setProblem(null);
          }}
        />
        {problem ? (
          <p id={`${field}-problem`} role="alert" className={styles.problem}>
            {problem}
          </p>
        ) : null}
        <div className={styles.acts}>
          <Button look="primary" type="submit" disabled={busy}>
            {busy ? 'Uploading' : 'Upload'}
          </Button>
        </div>
      </form>
    </Sheet>
  );
}

function Earlier() {
  const { query, rows } = useApiPages(Imports, {}, (data) => data.imports);
  if (!rows || rows.length === 0) return null;
  return (
    <Sheet title="Earlier imports">
      <div className={styles.wide}>
        <table>
          <thead>
            <tr>
              <th scope="col">File</th>
              <th scope="col">State</th>
              <th scope="col" className="figure">
                Rows
              </th>
              <th scope="col" className="figure">
                Imported
              </th>
              <th scope="col" className="figure">
                Refused
              </th>
              <th scope="col">By</th>
              <th scope="col">When</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id}>
                <th scope="row">
                  <Link to="/people/import/$import" params={{ import: row.id }} className={styles.link} dir="auto">
                    {row.fileName}
                  </Link>
                </th>
                <td>{STATES[row.state]}</td>
                <td className="figure">{row.counts.rows.toLocaleString('en')}</td>
                <td className="figure">{row.counts.applied.toLocaleString('en')}</td>
                <td className="figure">{row.counts.refused.toLocaleString('en')}</td>
                <td dir="auto">{row.createdBy?.name ?? 'A former colleague'}</td>
                <td>
                  <Time at={row.createdAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {query.hasNextPage ? (
        <div className={styles.acts}>
          <Button onClick={() => void query.fetchNextPage()}>Show more</Button>
        </div>
      ) : null}
    </Sheet>
  );
}
