import { useEffect, useId, useState } from 'react';
import { useApiQuery } from '../api/context';
import {
  RejectionMailsCheck,
  type RejectionMailsCheckQuery,
  RejectionTemplates,
  RenderedTemplate,
  type RenderedTemplateQuery,
  type TemplateToken,
} from '../api/generated';
import { OBSTACLES } from '../outreach/parts';
import { QueryFailure } from '../shell/query-failure';
import { Button } from '../ui/button';
import { LongText } from '../ui/long-text';
import { Skeleton } from '../ui/region';
import { exact, upcoming } from '../ui/time';
import type { Mail } from './board';
import styles from './rejection-mail.module.css';

/** No mail, a mail that can go, or why the chosen one cannot (empty while that is not known yet). */
export type MailChoice = Mail | { readonly problem: string } | null;

const UNKNOWN_TIME = 'It is not known when a mail would go.';

interface RejectionMailProps {
  readonly applicationIds: readonly string[];
  /** Of the first one, as whom the mail is shown. */
  readonly name: string;
  readonly onChange: (choice: MailChoice) => void;
}

/** Which mail goes to whom one rejects, what it says to them, and when. */
export function RejectionMail({ applicationIds, name, onChange }: RejectionMailProps) {
  const select = useId();
  const [chosen, setChosen] = useState('');
  const [later, setLater] = useState('');
  const query = useApiQuery(RejectionTemplates, {});
  const loaded = query.data?.data.messageTemplates;
  const templates = loaded ?? [];
  const usual = query.data?.data.rejectionMailTime ?? null;
  const template = templates.find(({ id }) => id === chosen);
  return (
    <div className={styles.mail}>
      <div className={styles.choice}>
        <label htmlFor={select}>Mail to them</label>
        <select
          id={select}
          value={chosen}
          disabled={!loaded}
          onChange={({ target }) => {
            setChosen(target.value);
            onChange(target.value ? { problem: usual ? '' : UNKNOWN_TIME } : null);
          }}
        >
          <option value="">No mail</option>
          {templates.map(({ id, name, shared }) => (
            <option key={id} value={id}>
              {shared ? name : `${name} (mine)`}
            </option>
          ))}
        </select>
      </div>
      {loaded?.length === 0 ? (
        <p className="soft">There is no template for rejections yet: add one under Settings, Templates.</p>
      ) : null}
      {loaded || query.isPending ? null : (
        <p className={styles.when}>
          <span>The templates cannot be loaded. Without a mail you can reject them all the same.</span>
          <Button look="link" onClick={() => void query.refetch()}>
            Try again
          </Button>
        </p>
      )}
      {template && !usual ? (
        <p className={styles.when}>
          <span>{UNKNOWN_TIME}</span>
          <Button look="link" onClick={() => void query.refetch()}>
            Try again
          </Button>
        </p>
      ) : null}
      {template && usual ? (
        <>
          <Preview
            key={template.id}
            applicationIds={applicationIds}
            name={name}
            templateId={template.id}
            version={template.version}
            sendAt={later ? new Date(later).toISOString() : null}
            usual={usual}
            onChange={onChange}
          />
          <When usual={usual} value={later} onChange={setLater} />
        </>
      ) : null}
    </div>
  );
}

interface PreviewProps extends RejectionMailProps {
  readonly templateId: string;
  readonly version: number;
  readonly sendAt: string | null;
  readonly usual: string;
}

/** The mail as the first of them gets it; what cannot be filled in for whom is named before anything is done. */
function Preview({ applicationIds, name, templateId, version, sendAt, usual, onChange }: PreviewProps) {
  const many = applicationIds.length > 1;
  const [withoutMail, setWithoutMail] = useState(false);
  const query = useApiQuery(RenderedTemplate, { applicationId: applicationIds[0] ?? '', templateId, version });
  const checking = useApiQuery(RejectionMailsCheck, { applicationIds, templateId, version }, { enabled: many });
  const rendered = query.data?.data.renderedTemplate;
  const check = checking.data?.data.rejectionMailsCheck;
  const problem = many ? problemOfMany(check, withoutMail) : rendered ? problemOf(rendered) : '';
  const notTo = check?.unsendable ?? 0;
  useEffect(() => {
    onChange(
      problem === null ? { templateId, templateVersion: version, sendAt, goesAt: sendAt ?? usual, notTo } : { problem },
    );
  }, [problem, templateId, version, sendAt, usual, notTo, onChange]);
  if (!rendered) {
    if (query.isPending) return <Skeleton rows={4} label="Loading the mail" />;
    return <QueryFailure what="The mail cannot be shown" query={query} problem={query.data?.problems[0]} />;
  }
  return (
    <>
      <section className={styles.preview} aria-label="The mail">
        {many ? (
          <span className="soft">
            As <bdi>{name}</bdi> gets it
          </span>
        ) : null}
        <strong dir="auto">{rendered.subject}</strong>
        <LongText text={rendered.body} />
      </section>
      {rendered.hasMailbox ? null : (
        <p className={styles.problem}>Rapport cannot send from your mailbox: the mail waits until it can.</p>
      )}
      {!many && rendered.blocker && OBSTACLES[rendered.blocker].passes ? (
        <p className="soft">
          {OBSTACLES[rendered.blocker].before} {OBSTACLES[rendered.blocker].out}
        </p>
      ) : null}
      {!many ? (
        problem ? (
          <p className={styles.problem} role="alert">
            {problem}
          </p>
        ) : null
      ) : check ? (
        <Unsendable check={check} withoutMail={withoutMail} onChange={setWithoutMail} />
      ) : checking.isPending ? (
        <Skeleton rows={1} label="Looking to whom it can go" />
      ) : (
        <QueryFailure what="To whom it can go is not known" query={checking} problem={checking.data?.problems[0]} />
      )}
    </>
  );
}

type Rendered = NonNullable<RenderedTemplateQuery['renderedTemplate']>;
export type MailsCheck = NonNullable<RejectionMailsCheckQuery['rejectionMailsCheck']>;

interface UnsendableProps {
  readonly check: MailsCheck;
  /** Whether those to whom it cannot go are rejected all the same. */
  readonly withoutMail: boolean;
  readonly onChange: (withoutMail: boolean) => void;
}

/** To whom the mail cannot go, and what becomes of them. */
function Unsendable({ check: { sendable, unsendable, firstUnsendable }, withoutMail, onChange }: UnsendableProps) {
  if (unsendable === 0) return null;
  const more = unsendable - firstUnsendable.length;
  return (
    <div className={styles.unsendable} role="alert">
      <p className={styles.problem}>
        {sendable === 0 ? 'It can go to none of them:' : `It cannot go to ${unsendable} of them:`}
      </p>
      <ul>
        {firstUnsendable.map(({ application, missing, noAddress, blocker }) => (
          <li key={application?.id ?? missing.join()}>
            <bdi>{application?.person?.name ?? 'Somebody you do not see'}</bdi>
            {missing.length > 0 ? `, without ${tokens(missing)}` : ''}
            {noAddress ? ', without a mail address' : ''}
            {blocker === 'SUPPRESSED' ? ', who must not be written to' : ''}
            {blocker === 'NO_CONSENT' ? ', who has not agreed to mail' : ''}
          </li>
        ))}
        {more > 0 ? <li>{`and ${more} more`}</li> : null}
      </ul>
      {sendable > 0 ? (
        <label>
          <input type="checkbox" checked={withoutMail} onChange={({ target }) => onChange(target.checked)} />
          {unsendable === 1 ? 'Reject this one without a mail' : `Reject these ${unsendable} without a mail`}
        </label>
      ) : null}
    </div>
  );
}

interface WhenProps {
  readonly usual: string;
  /** In the viewer's own time zone; empty for the usual time. */
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function When({ usual, value, onChange }: WhenProps) {
  const id = useId();
  if (!value) {
    return (
      <p className={styles.when}>
        <span>
          Goes{' '}
          <time dateTime={usual} title={exact(usual)}>
            {upcoming(usual, Date.now())}
          </time>
          , once the ATS has the rejection. Until then you can undo both.
        </span>
        <Button look="link" onClick={() => onChange(localOf(usual))}>
          Another time…
        </Button>
      </p>
    );
  }
  return (
    <p className={styles.when}>
      <label htmlFor={id}>Goes at</label>
      <input id={id} type="datetime-local" value={value} onChange={({ target }) => onChange(target.value)} />
      <Button look="link" onClick={() => onChange('')}>
        At the usual time
      </Button>
    </p>
  );
}

/** Why a mail cannot go; null if it can. */
export function problemOf({
  missing,
  toAddress,
  blocker,
}: Pick<Rendered, 'missing' | 'toAddress' | 'blocker'>): string | null {
  if (missing.length > 0) {
    return `Nothing is known to fill in for ${tokens(missing)}. Choose another template, or give it a default.`;
  }
  if (toAddress === null) return OBSTACLES.NO_ADDRESS.before;
  return blocker && !OBSTACLES[blocker].passes ? OBSTACLES[blocker].before : null;
}

/** Why a mail cannot go to many as it was chosen (empty while that is not known yet); null if it can. */
export function problemOfMany(
  check: Pick<MailsCheck, 'sendable' | 'unsendable'> | null | undefined,
  withoutMail: boolean,
): string | null {
  if (!check) return '';
  if (check.sendable === 0) return 'It can go to none of them.';
  return check.unsendable === 0 || withoutMail ? null : 'It cannot go to all of them.';
}

function tokens(missing: readonly TemplateToken[]): string {
  return missing.map((token) => `“${token.toLowerCase().replaceAll('_', ' ')}”`).join(', ');
}

/** As a field for a local time shows it. */
function localOf(iso: string): string {
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
