import { type FormEvent, useId, useState } from 'react';
import { useApiQuery, useSend } from '../api/context';
import {
  CheckImport,
  type ImportDateFormat,
  type ImportField,
  type NoteVisibility,
  OpenProjects,
} from '../api/generated';
import { reasonOf } from '../reason';
import { Button } from '../ui/button';
import { Skeleton } from '../ui/region';
import { Sheet } from '../ui/sheet';
import { Status } from '../ui/status';
import styles from './screen.module.css';
import { FIELDS, type Import } from './steps';

const ENCODINGS = [
  'utf-8',
  'utf-16',
  'utf-16-le',
  'utf-16-be',
  'windows-1252',
  'windows-1250',
  'windows-1251',
  'windows-1253',
  'windows-1254',
  'iso-8859-15',
  'macintosh',
  'shift_jis',
  'gb18030',
  'big5',
  'euc-kr',
];
const DELIMITERS = [
  { value: ',', name: 'Comma' },
  { value: ';', name: 'Semicolon' },
  { value: '\t', name: 'Tab' },
  { value: '|', name: 'Bar' },
];
const DATES: readonly { readonly value: ImportDateFormat; readonly name: string }[] = [
  { value: 'YEAR_MONTH_DAY', name: '2026-03-31' },
  { value: 'DAY_MONTH_YEAR', name: '31/03/2026 or 31.03.2026' },
  { value: 'MONTH_DAY_YEAR', name: '03/31/2026' },
];

interface ColumnsStepProps {
  readonly shown: Import;
  readonly onChecking: (changed: Import) => void;
}

/** The second step: what the columns mean, and how the file is read. */
export function ColumnsStep({ shown, onChecking }: ColumnsStepProps) {
  if (shown.options === null || shown.columns.length === 0) {
    if (shown.state === 'FAILED') return <Unreadable shown={shown} />;
    return shown.state === 'RECEIVING' ? (
      <p className="soft">The file has not arrived. Choose it again.</p>
    ) : (
      <Skeleton rows={5} label="Loading the columns of the file" />
    );
  }
  return <Mapping shown={shown} options={shown.options} onChecking={onChecking} />;
}

function Unreadable({ shown: { problem } }: { readonly shown: Import }) {
  return (
    <div role="alert" className={styles.refused}>
      <Status shape="bad" large>
        The file cannot be imported
      </Status>
      <p>
        {problem?.line ? `Line ${problem.line} ` : 'It '}
        {problem?.message}.
      </p>
    </div>
  );
}

function Mapping({
  shown,
  options,
  onChecking,
}: ColumnsStepProps & { readonly options: NonNullable<Import['options']> }) {
  const send = useSend();
  const projects = useApiQuery(OpenProjects, { text: null });
  const [fields, setFields] = useState<readonly (ImportField | null)[]>(shown.columns.map(({ field }) => field));
  const [encoding, setEncoding] = useState(options.encoding);
  const [delimiter, setDelimiter] = useState(options.delimiter);
  const [headings, setHeadings] = useState(options.hasHeadings);
  const [dates, setDates] = useState<ImportDateFormat>(options.dateFormat);
  const [region, setRegion] = useState(options.region ?? '');
  const [tags, setTags] = useState(options.tags.join(', '));
  const [project, setProject] = useState(options.project?.id ?? '');
  const [readers, setReaders] = useState<NoteVisibility>(options.noteVisibility);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const check = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const { data } = await send(CheckImport, {
        input: {
          importId: shown.id,
          fields: [...fields],
          encoding,
          delimiter,
          hasHeadings: headings,
          dateFormat: dates,
          region: region.trim().toUpperCase() || null,
          tags: tags
            .split(',')
            .map((tag) => tag.trim())
            .filter(Boolean),
          projectId: project || null,
          noteVisibility: readers,
        },
      });
      const result = data.checkImport;
      if (result.__typename === 'Import') onChecking(result);
      else setProblem(result.message);
    } catch (failure) {
      setProblem(reasonOf(failure));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form onSubmit={(event) => void check(event)} noValidate className={styles.stack}>
      {shown.state === 'FAILED' ? <Unreadable shown={shown} /> : null}
      <Sheet title="What the columns mean">
        <div className={styles.wide}>
          <table>
            <thead>
              <tr>
                <th scope="col">Column</th>
                <th scope="col">What the first rows say</th>
                <th scope="col">Is</th>
              </tr>
            </thead>
            <tbody>
              {shown.columns.map((column, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns have their places, and may have one name
                <tr key={at}>
                  <th scope="row" dir="auto">
                    {column.name}
                  </th>
                  <td dir="auto">{column.samples.join(' · ')}</td>
                  <td>
                    <select
                      aria-label={`What the column ${column.name} is`}
                      value={fields[at] ?? ''}
                      onChange={({ target }) =>
                        setFields(fields.map((old, place) => (place === at ? fieldOf(target.value) : old)))
                      }
                    >
                      <option value="">Left out</option>
                      {Object.entries(FIELDS).map(([value, name]) => (
                        <option key={value} value={value}>
                          {name}
                        </option>
                      ))}
                    </select>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Sheet>
      <Sheet title="How the file is read">
        <div className={styles.choices}>
          <Choice
            label="Encoding"
            value={encoding}
            onChange={setEncoding}
            options={[...new Set([options.encoding, ...ENCODINGS])].map((name) => ({ value: name, name }))}
          />
          <Choice label="Delimiter" value={delimiter} onChange={setDelimiter} options={DELIMITERS} />
          <Choice
            label="The first row"
            value={headings ? 'yes' : 'no'}
            onChange={(value) => setHeadings(value === 'yes')}
            options={[
              { value: 'yes', name: 'names the columns' },
              { value: 'no', name: 'is a person' },
            ]}
          />
          <Choice
            label="Days are written as"
            value={dates}
            onChange={(value) => setDates(DATES.find((each) => each.value === value)?.value ?? 'YEAR_MONTH_DAY')}
            options={DATES}
          />
          <Text
            label="Country of telephone numbers without one"
            hint="Two letters, such as PT"
            value={region}
            longest={2}
            onChange={setRegion}
          />
        </div>
      </Sheet>
      <Sheet title="Everybody in the file">
        <div className={styles.choices}>
          <Text label="gets these tags" hint="Separated by commas" value={tags} longest={500} onChange={setTags} />
          <Choice
            label="joins the project"
            value={project}
            onChange={setProject}
            options={[
              { value: '', name: 'None' },
              ...(projects.data?.data.projects?.nodes ?? []).map(({ id, name }) => ({ value: id, name })),
            ]}
          />
          <Choice
            label="has notes that are read by"
            value={readers}
            onChange={(value) => setReaders(value === 'PUBLIC' ? 'PUBLIC' : 'PRIVATE')}
            options={[
              { value: 'PRIVATE', name: 'only you' },
              { value: 'PUBLIC', name: 'everybody who sees the person' },
            ]}
          />
        </div>
      </Sheet>
      {problem ? (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      ) : null}
      <div className={styles.acts}>
        <Button look="primary" type="submit" disabled={busy}>
          {busy ? 'Beginning' : 'Try it, change nothing'}
        </Button>
      </div>
    </form>
  );
}

function fieldOf(value: string): ImportField | null {
  return value in FIELDS ? (value as ImportField) : null;
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly name: string }[];
  readonly onChange: (value: string) => void;
}

function Choice({ label, value, options, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <div className={styles.choice}>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={({ target }) => onChange(target.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.name}
          </option>
        ))}
      </select>
    </div>
  );
}

interface TextProps {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly longest: number;
  readonly onChange: (value: string) => void;
}

function Text({ label, hint, value, longest, onChange }: TextProps) {
  const id = useId();
  return (
    <div className={styles.choice}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        value={value}
        maxLength={longest}
        aria-describedby={`${id}-hint`}
        onChange={({ target }) => onChange(target.value)}
      />
      <span id={`${id}-hint`} className="faint small">
        {hint}
      </span>
    </div>
  );
}
