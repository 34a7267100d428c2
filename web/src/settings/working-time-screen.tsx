import { type FormEvent, useId, useState } from 'react';
import { useApiQuery } from '../api/context';
import {
  AttentionSettings,
  type AttentionSettingsFieldsFragment,
  RecordAbsence,
  RemoveAbsence,
  RemoveWorkingHours,
  SetAttentionThreshold,
  SetWorkingHours,
} from '../api/generated';
import { reasonWords } from '../attention/parts';
import { saidOf, useAct } from '../shell/act';
import { QueryFailure } from '../shell/query-failure';
import { useViewer } from '../shell/viewer';
import { Button } from '../ui/button';
import { TextField } from '../ui/field';
import { Skeleton } from '../ui/region';
import { Sheet } from '../ui/sheet';
import { date } from '../ui/time';
import { SettingsPage } from './parts';
import styles from './screen.module.css';
import { hoursInWords, parseThreshold, WEEKDAYS } from './working-time';

type Settings = AttentionSettingsFieldsFragment;
type Hours = Settings['organisation'];

/** When one works, and when something is late: the two together decide what needs attention. */
export function WorkingTimeScreen() {
  const query = useApiQuery(AttentionSettings, {});
  const settings = query.data?.data.attentionSettings;
  return (
    <SettingsPage>
      {settings ? (
        <Shown settings={settings} />
      ) : query.isPending ? (
        <Skeleton rows={6} label="Loading the working hours" />
      ) : (
        <QueryFailure what="The working hours cannot be shown" query={query} problem={query.data?.problems[0]} />
      )}
    </SettingsPage>
  );
}

function Shown({ settings }: { readonly settings: Settings }) {
  const { can } = useViewer();
  const { act, busy } = useAct();
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <>
      <Sheet title="When you work">
        <p className={styles.explained}>
          What you owe becomes late in your working time: not at night, at weekends, on holidays or while you are away.
        </p>
        <p className={styles.actions}>
          {settings.viewer ? hoursInWords(settings.viewer) : `As everybody: ${hoursInWords(settings.organisation)}`}
          {settings.viewer ? (
            <Button
              look="quiet"
              small
              disabled={busy}
              onClick={() =>
                void act({
                  mutation: RemoveWorkingHours,
                  variables: { input: {} },
                  pick: (data) => saidOf(data.removeWorkingHours),
                  said: 'You work when everybody does',
                  reload: [AttentionSettings],
                })
              }
            >
              Work when everybody does
            </Button>
          ) : null}
        </p>
        <HoursForm
          key={JSON.stringify(settings.viewer)}
          label="Your hours"
          hours={settings.viewer ?? { ...settings.organisation, zone: here }}
          organisation={false}
        />
      </Sheet>
      <Absences absences={settings.absences} />
      {can.setAttentionThresholds ? (
        <Sheet title="When everybody works">
          <p className={styles.explained}>For those who have not said when they work.</p>
          <HoursForm
            key={JSON.stringify(settings.organisation)}
            label="Everybody’s hours"
            hours={settings.organisation}
            organisation
          />
        </Sheet>
      ) : null}
      <Thresholds thresholds={settings.thresholds} editable={can.setAttentionThresholds} />
    </>
  );
}

interface HoursFormProps {
  readonly label: string;
  readonly hours: Hours;
  readonly organisation: boolean;
}

function HoursForm({ label, hours, organisation }: HoursFormProps) {
  const { act, busy } = useAct();
  const [typed, setTyped] = useState(hours);
  const [problem, setProblem] = useState<string | null>(null);
  const zones = useId();
  const change = (changed: Partial<Hours>) => {
    setTyped({ ...typed, ...changed });
    setProblem(null);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void act({
      mutation: SetWorkingHours,
      variables: {
        input: {
          organisation,
          zone: typed.zone.trim(),
          weekdays: typed.weekdays,
          begins: typed.begins,
          ends: typed.ends,
          country: typed.country?.trim().toUpperCase() || null,
          subdivision: typed.subdivision?.trim().toUpperCase() || null,
        },
      },
      pick: (data) => saidOf(data.setWorkingHours),
      said: 'The hours hold from now on',
      reload: [AttentionSettings],
      refused: setProblem,
    });
  };
  return (
    <form aria-label={label} className={styles.hours} onSubmit={submit} noValidate>
      <fieldset className={styles.weekdays}>
        <legend>Working days</legend>
        {WEEKDAYS.map((name, at) => (
          <label key={name}>
            <input
              type="checkbox"
              checked={typed.weekdays.includes(at + 1)}
              onChange={({ target }) =>
                change({
                  weekdays: target.checked
                    ? [...typed.weekdays, at + 1].toSorted()
                    : typed.weekdays.filter((day) => day !== at + 1),
                })
              }
            />
            {name}
          </label>
        ))}
      </fieldset>
      <TextField
        label="From"
        type="time"
        value={typed.begins}
        onChange={({ target }) => change({ begins: target.value })}
      />
      <TextField label="To" type="time" value={typed.ends} onChange={({ target }) => change({ ends: target.value })} />
      <TextField
        label="Time zone"
        list={zones}
        value={typed.zone}
        onChange={({ target }) => change({ zone: target.value })}
      />
      <datalist id={zones}>
        {Intl.supportedValuesOf('timeZone').map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <TextField
        label="Country, for its holidays"
        hint="Two letters, as DE"
        maxLength={2}
        value={typed.country ?? ''}
        onChange={({ target }) => change({ country: target.value || null })}
      />
      <TextField
        label="Part of the country"
        hint="As BY for Bavaria; may be left empty"
        maxLength={6}
        value={typed.subdivision ?? ''}
        onChange={({ target }) => change({ subdivision: target.value || null })}
      />
      {problem ? (
        <p role="alert" className={styles.wrong}>
          {problem}
        </p>
      ) : null}
      <Button type="submit" disabled={busy}>
        Save
      </Button>
    </form>
  );
}

function Absences({ absences }: { readonly absences: Settings['absences'] }) {
  const { act, busy } = useAct();
  const [first, setFirst] = useState('');
  const [last, setLast] = useState('');
  const [problem, setProblem] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (first === '') {
      setProblem('Say from when on');
      return;
    }
    void act({
      mutation: RecordAbsence,
      variables: {
        input: { firstDay: first, lastDay: last || first, idempotencyKey: `${first} ${last}`.replace(' ', '/') },
      },
      pick: (data) => saidOf(data.recordAbsence),
      said: 'Nothing becomes late while you are away',
      reload: [AttentionSettings],
      refused: setProblem,
    }).then((done) => {
      if (!done) return;
      setFirst('');
      setLast('');
    });
  };
  return (
    <Sheet title="When you are away">
      {absences.length > 0 ? (
        <ul className={styles.fields}>
          {absences.map(({ id, firstDay, lastDay }) => {
            const days = firstDay === lastDay ? day(firstDay) : `${day(firstDay)} to ${day(lastDay)}`;
            return (
              <li key={id} className={styles.actions}>
                <span>{days}</span>
                <Button
                  look="quiet"
                  small
                  disabled={busy}
                  label={`Remove ${days}`}
                  onClick={() =>
                    void act({
                      mutation: RemoveAbsence,
                      variables: { input: { absenceId: id } },
                      pick: (data) => saidOf(data.removeAbsence),
                      said: `You are not away on ${days} any more`,
                      reload: [AttentionSettings],
                    })
                  }
                >
                  Remove
                </Button>
              </li>
            );
          })}
        </ul>
      ) : (
        <p className="faint">Nothing is planned.</p>
      )}
      <form className={styles.hours} onSubmit={submit} noValidate aria-label="Another absence">
        <TextField
          label="First day"
          type="date"
          value={first}
          problem={problem}
          onChange={({ target }) => {
            setFirst(target.value);
            setProblem(undefined);
          }}
        />
        <TextField label="Last day" type="date" value={last} onChange={({ target }) => setLast(target.value)} />
        <Button type="submit" disabled={busy}>
          Add
        </Button>
      </form>
    </Sheet>
  );
}

interface ThresholdsProps {
  readonly thresholds: Settings['thresholds'];
  readonly editable: boolean;
}

function Thresholds({ thresholds, editable }: ThresholdsProps) {
  return (
    <Sheet title="When something is late">
      <p className={styles.explained}>
        Working hours, or working days where it says so, until it is yellow and until it is red.
      </p>
      <dl className={styles.facts}>
        {thresholds.map((threshold) => (
          <div key={threshold.reason} className={styles.pair}>
            <dt>{reasonWords(threshold.reason)}</dt>
            <dd>
              {editable ? (
                <ThresholdForm key={`${threshold.yellow} ${threshold.red}`} threshold={threshold} />
              ) : (
                `${threshold.yellow} / ${threshold.red} ${threshold.inDays ? 'days' : 'hours'}`
              )}
              {threshold.changedBy ? (
                <span className="faint small">
                  {' '}
                  set by <bdi>{threshold.changedBy.name}</bdi>
                  {threshold.changedAt ? `, ${date(threshold.changedAt, Date.now())}` : ''}
                </span>
              ) : null}
            </dd>
          </div>
        ))}
      </dl>
    </Sheet>
  );
}

function ThresholdForm({ threshold }: { readonly threshold: Settings['thresholds'][number] }) {
  const { act, busy } = useAct();
  const was = `${threshold.yellow} / ${threshold.red}`;
  const [text, setText] = useState(was);
  const [problem, setProblem] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const parsed = parseThreshold(text);
    if (!parsed) {
      setProblem('Two numbers, the second no less than the first: 12 / 24');
      return;
    }
    void act({
      mutation: SetAttentionThreshold,
      variables: { input: { reason: threshold.reason, ...parsed } },
      pick: (data) => saidOf(data.setAttentionThreshold),
      said: 'It holds from now on, for what is late already too',
      reload: [AttentionSettings],
      refused: setProblem,
    });
  };
  return (
    <form className={styles.rules} onSubmit={submit} noValidate>
      <TextField
        label={`${reasonWords(threshold.reason)}, in ${threshold.inDays ? 'days' : 'hours'}`}
        value={text}
        problem={problem}
        onChange={({ target }) => {
          setText(target.value);
          setProblem(undefined);
        }}
      />
      <Button type="submit" small disabled={busy || text === was}>
        Save
      </Button>
    </form>
  );
}

function day(iso: string): string {
  return date(`${iso}T12:00:00Z`, Date.now());
}
