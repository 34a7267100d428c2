import { AlarmClock } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { useApiQuery, useLive } from '../api/context';
import { type FlagFieldsFragment, FlagsChanged, FlagsOfApplication, SnoozeFlag, Today } from '../api/generated';
import { useAct } from '../shell/act';
import { Button } from '../ui/button';
import { TextField } from '../ui/field';
import { Status } from '../ui/status';
import { exact, relative, Time, upcoming } from '../ui/time';
import styles from './flags.module.css';
import { SeenBy } from './seen-by';
import { snoozeEnds } from './snooze';
import { reasonWords, severityShape } from './words';

const RELOAD = [FlagsOfApplication, Today] as const;

/** What is late in an application: since when, who must act, and a way to hear of it later. */
export function Flags({ application, job }: { readonly application: string; readonly job: string }) {
  const query = useApiQuery(FlagsOfApplication, { application });
  const reload = () => void query.refetch();
  const cursor = query.data?.data.cursor ?? null;
  useLive(FlagsChanged, cursor === null ? null : { job }, cursor, (result) => result.attentionChanged, {
    onChange: (change) => {
      if (change.applicationId === application) reload();
    },
    onGap: reload,
  });
  const late = query.data?.data.late?.flags?.nodes ?? [];
  const snoozed = query.data?.data.snoozed?.flags?.nodes ?? [];
  if (late.length + snoozed.length === 0) return null;
  return (
    <ul className={styles.flags} aria-label="What is late">
      {late.map((flag) => (
        <LateFlag key={flag.id} flag={flag} />
      ))}
      {snoozed.map((flag) => (
        <SnoozedFlag key={flag.id} flag={flag} />
      ))}
    </ul>
  );
}

function LateFlag({ flag }: { readonly flag: FlagFieldsFragment }) {
  const [snoozing, setSnoozing] = useState(false);
  return (
    <li>
      <Status shape={severityShape(flag.severity)} large>
        {reasonWords(flag.reason)}
      </Status>
      <span className={styles.who}>
        {flag.owner ? <bdi>{flag.owner.name}</bdi> : 'Nobody is known to do it'}, since <Time at={flag.since} />
        {flag.severity === 'YELLOW' && flag.redAt ? `, red ${upcoming(flag.redAt, Date.now())}` : ''}
        {flag.seenBy.length > 0 ? (
          <>
            . <SeenBy seen={flag.seenBy} />
          </>
        ) : null}
      </span>
      <Button
        look="quiet"
        small
        aria-expanded={snoozing}
        label={`Snooze: ${reasonWords(flag.reason)}`}
        onClick={() => setSnoozing(!snoozing)}
      >
        <AlarmClock aria-hidden="true" />
        Snooze
      </Button>
      {snoozing ? <SnoozeForm flag={flag} onDone={() => setSnoozing(false)} /> : null}
    </li>
  );
}

function SnoozeForm({ flag, onDone }: { readonly flag: FlagFieldsFragment; readonly onDone: () => void }) {
  const { act, busy } = useAct();
  const ends = snoozeEnds(new Date());
  const [until, setUntil] = useState(ends[0].until);
  const [note, setNote] = useState('');
  const [problem, setProblem] = useState<string>();
  const choice = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (note.trim() === '') {
      setProblem('Say why it can wait');
      return;
    }
    void act({
      mutation: SnoozeFlag,
      variables: { input: { flagId: flag.id, until, note } },
      pick: (data) => data.snoozeFlag,
      said: `Snoozed until ${exact(until)}`,
      reload: RELOAD,
      refused: setProblem,
    }).then((done) => {
      if (done) onDone();
    });
  };
  return (
    <form className={styles.snooze} onSubmit={submit} noValidate>
      <label htmlFor={choice}>Until</label>
      <select id={choice} value={until} onChange={({ target }) => setUntil(target.value)}>
        {ends.map((end) => (
          <option key={end.until} value={end.until}>
            {end.words}
          </option>
        ))}
      </select>
      <TextField
        label="Why it can wait"
        value={note}
        maxLength={500}
        problem={problem}
        onChange={({ target }) => {
          setNote(target.value);
          setProblem(undefined);
        }}
      />
      <div className={styles.acts}>
        <Button type="submit" small disabled={busy}>
          Snooze
        </Button>
        <Button look="quiet" small onClick={onDone}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

function SnoozedFlag({ flag }: { readonly flag: FlagFieldsFragment }) {
  const { act, busy } = useAct();
  return (
    <li>
      <Status shape="paused" large>
        {`${reasonWords(flag.reason)}, snoozed`}
      </Status>
      <span className={styles.who}>
        {flag.snoozedUntil ? `until ${exact(flag.snoozedUntil)}` : null}
        {flag.snoozedBy ? (
          <>
            {' '}
            by <bdi>{flag.snoozedBy.name}</bdi>
          </>
        ) : null}
        {flag.snoozeNote ? (
          <>
            : <q dir="auto">{flag.snoozeNote}</q>
          </>
        ) : null}
        {`, late since ${relative(flag.yellowAt, Date.now())}`}
      </span>
      <Button
        look="quiet"
        small
        disabled={busy}
        onClick={() =>
          void act({
            mutation: SnoozeFlag,
            variables: { input: { flagId: flag.id, until: null } },
            pick: (data) => data.snoozeFlag,
            said: `${reasonWords(flag.reason)} is shown again`,
            reload: RELOAD,
          })
        }
      >
        Show again
      </Button>
    </li>
  );
}
