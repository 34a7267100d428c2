import { type FormEvent, useId, useState } from 'react';
import { useApiQuery } from '../api/context';
import {
  DiversitySourcing,
  type DiversitySourcingFieldsFragment,
  DiversityUses,
  SetDiversitySourcing,
  type SetDiversitySourcingMutation,
} from '../api/generated';
import { useApiPages } from '../api/pages';
import { useAct } from '../shell/act';
import { NotFoundPage } from '../shell/not-found-page';
import { QueryFailure } from '../shell/query-failure';
import { useViewer } from '../shell/viewer';
import { Button } from '../ui/button';
import { classes } from '../ui/classes';
import { Skeleton } from '../ui/region';
import { Sheet } from '../ui/sheet';
import { Status } from '../ui/status';
import { date, Time } from '../ui/time';
import { besides, doneIn, foundIn, isSame, toggled } from './diversity';
import { SettingsPage } from './parts';
import styles from './screen.module.css';

type Settings = DiversitySourcingFieldsFragment;

export function DiversityScreen() {
  const { can } = useViewer();
  return can.setDiversitySourcing ? <Shown /> : <NotFoundPage />;
}

/** Whether people may be found by what they said of themselves, by which answers, and what that was used for. */
function Shown() {
  const query = useApiQuery(DiversitySourcing, {});
  const settings = query.data?.data.diversitySourcing;
  return (
    <SettingsPage>
      {settings ? (
        <>
          <Switch settings={settings} />
          <Choice key={JSON.stringify([settings.optionIds, settings.consentOptionId])} settings={settings} />
        </>
      ) : query.isPending ? (
        <Skeleton rows={6} label="Loading the settings" />
      ) : (
        <QueryFailure what="The settings cannot be shown" query={query} problem={query.data?.problems[0]} />
      )}
      <Uses />
    </SettingsPage>
  );
}

function Switch({ settings }: { readonly settings: Settings }) {
  const { act, busy } = useAct();
  const [problem, setProblem] = useState<string | null>(null);
  const isChosen = settings.optionIds.length > 0 && settings.consentOptionId !== null;
  const turn = (on: boolean) => {
    setProblem(null);
    void act({
      mutation: SetDiversitySourcing,
      variables: { input: { on } },
      pick: (data) => saidOf(data.setDiversitySourcing),
      said: on ? 'Switched on for those who have the grant' : 'Switched off',
      reload: [DiversitySourcing, DiversityUses],
      refused: setProblem,
    });
  };
  return (
    <Sheet
      title="Diversity sourcing"
      beside={settings.on ? <Status shape="good">Switched on</Status> : <Status shape="closed">Switched off</Status>}
    >
      <p className={styles.explained}>
        Users who have the grant, which an operator gives, may then search for people by what these said of themselves
        when they applied, if they agreed to be found by it. A search finds whoever gave any of the answers chosen
        below. Nobody is told which; fewer than ten people are not shown, and every search is recorded.
      </p>
      <div className={styles.actions}>
        <Button disabled={busy || (!settings.on && !isChosen)} onClick={() => turn(!settings.on)}>
          {settings.on ? 'Switch it off' : 'Switch it on'}
        </Button>
        {settings.changedAt ? (
          <p>
            Changed <Time at={settings.changedAt} /> by {settings.changedBy?.name ?? 'somebody who left'}
          </p>
        ) : null}
      </div>
      {problem ? (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      ) : null}
    </Sheet>
  );
}

function Choice({ settings }: { readonly settings: Settings }) {
  const { act, busy } = useAct();
  const [chosen, setChosen] = useState<readonly string[]>(settings.optionIds);
  const [consent, setConsent] = useState(settings.consentOptionId ?? '');
  const [problem, setProblem] = useState<string | null>(null);
  const select = useId();
  const held = settings.mayChooseAt !== null && Date.parse(settings.mayChooseAt) > Date.now();
  const unchanged = isSame(chosen, settings.optionIds) && consent === (settings.consentOptionId ?? '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void act({
      mutation: SetDiversitySourcing,
      variables: { input: { on: settings.on, optionIds: [...chosen], consentOptionId: consent } },
      pick: (data) => saidOf(data.setDiversitySourcing),
      said: 'The answers are chosen',
      reload: [DiversitySourcing, DiversityUses],
      refused: setProblem,
    });
  };
  if (settings.questions.length === 0) {
    return (
      <Sheet title="Which answers count">
        <p className={styles.explained}>The ATS asks people nothing about themselves, or does not show it.</p>
      </Sheet>
    );
  }
  return (
    <Sheet title="Which answers count">
      <p className={styles.explained}>
        Choose answers to several questions, so that nobody can tell from a search what somebody answered. A choice
        holds for 30 days{held && settings.mayChooseAt ? `: until ${date(settings.mayChooseAt, Date.now())}` : ''}.
      </p>
      <form onSubmit={submit} aria-label="Which answers count" className={styles.questions}>
        {settings.questions.map((question) => (
          <fieldset key={`${question.setTitle} ${question.name}`} className={styles.answers} disabled={held}>
            <legend dir="auto">{question.name}</legend>
            {question.options.map((option) => (
              <label key={option.id}>
                <input
                  type="checkbox"
                  checked={chosen.includes(option.id)}
                  onChange={({ target }) => {
                    setProblem(null);
                    setChosen(toggled(chosen, option.id, target.checked));
                  }}
                />
                <span dir="auto">{option.name}</span>
              </label>
            ))}
          </fieldset>
        ))}
        <div className={classes(styles.answers, styles.whole)}>
          <label htmlFor={select}>By which answer people agree to be found so</label>
          <select
            id={select}
            value={consent}
            disabled={held}
            onChange={({ target }) => {
              setProblem(null);
              setConsent(target.value);
            }}
          >
            <option value="">Choose</option>
            {settings.questions.map((question) => (
              <optgroup key={`${question.setTitle} ${question.name}`} label={question.name}>
                {question.options.map((option) => (
                  <option key={option.id} value={option.id}>
                    {`${option.name} (${question.name})`}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
        </div>
        {problem ? (
          <p role="alert" className={styles.problem}>
            {problem}
          </p>
        ) : null}
        <div className={styles.actions}>
          <Button
            type="submit"
            look="primary"
            disabled={busy || held || unchanged || chosen.length === 0 || consent === ''}
          >
            Choose these
          </Button>
        </div>
      </form>
    </Sheet>
  );
}

function Uses() {
  const { query, rows } = useApiPages(DiversityUses, {}, (data) => data.diversityUses);
  return (
    <Sheet title="What it was used for">
      {rows ? (
        rows.length === 0 ? (
          <p className={styles.explained}>Nothing yet. Every search and every change appears here.</p>
        ) : (
          <table>
            <thead>
              <tr>
                <th scope="col">Who</th>
                <th scope="col">What</th>
                <th scope="col">Found</th>
                <th scope="col">When</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((use) => (
                <tr key={use.id}>
                  <th scope="row" dir="auto">
                    {use.user?.name ?? 'Somebody who left'}
                  </th>
                  <td dir="auto">
                    {doneIn(use)}
                    {besides(use) ? <div className="faint small">{besides(use)}</div> : null}
                  </td>
                  <td>{foundIn(use)}</td>
                  <td>
                    <Time at={use.usedAt} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )
      ) : query.isPending ? (
        <Skeleton rows={4} label="Loading what it was used for" />
      ) : (
        <QueryFailure
          what="What it was used for cannot be shown"
          query={query}
          problem={query.data?.pages[0]?.problems[0]}
        />
      )}
      {query.hasNextPage ? (
        <div className={styles.actions}>
          <Button onClick={() => void query.fetchNextPage()}>Show more</Button>
        </div>
      ) : null}
    </Sheet>
  );
}

/** A refusal as a sentence about the choice: what is wrong in it follows the field's name. */
function saidOf(outcome: SetDiversitySourcingMutation['setDiversitySourcing']): {
  readonly __typename?: string;
  readonly message?: string;
} {
  const { message, problems } = outcome as { message?: string; problems?: readonly { message: string }[] };
  if (message === undefined) return { __typename: outcome.__typename };
  return { message: problems ? `The choice ${problems.map((problem) => problem.message).join('; ')}.` : message };
}
