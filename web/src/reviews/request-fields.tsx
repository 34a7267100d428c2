// What every request for a review says: who is asked, by when, and what for.

import { X } from 'lucide-react';
import { useDeferredValue, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useApiQuery } from '../api/context';
import { FindUsers, type ReviewedJobQuery } from '../api/generated';
import { Avatar } from '../ui/avatar';
import { Button } from '../ui/button';
import { TextArea, TextField } from '../ui/field';
import { Finder, type Found } from '../ui/finder';
import { LONGEST_NOTE } from './decide';
import styles from './new-screen.module.css';
import { type Draft, dropDraft, type Problems, readDraft, saveDraft } from './request';

export type Job = NonNullable<ReviewedJobQuery['job']>;

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The request that is being written for a job: kept while this tab is open, until it is sent. */
export function useDraft(jobId: string) {
  const [draft, setDraft] = useState(() => readDraft(jobId, new Date()));
  const change = (changed: Partial<Draft>) => {
    const next = { ...draft, ...changed };
    setDraft(next);
    saveDraft(jobId, next);
  };
  return { draft, change, drop: () => dropDraft(jobId) };
}

interface WhatForProps {
  readonly draft: Draft;
  readonly problems: Problems;
  readonly onChange: (changed: Partial<Draft>) => void;
}

/** By when, and what the reviewers read above the profiles. */
export function WhatFor({ draft, problems, onChange }: WhatForProps) {
  return (
    <div className={styles.fields}>
      <div data-field="dueAt" className={styles.due}>
        <TextField
          label="Due"
          type="datetime-local"
          value={draft.due}
          problem={problems.dueAt}
          hint={`Your time, ${ZONE}. Who has not decided by then is reminded; left empty, nobody is.`}
          onChange={({ target }) => onChange({ due: target.value })}
        />
      </div>
      <div data-field="note">
        <TextArea
          label="Note to the reviewers"
          dir="auto"
          value={draft.note}
          maxLength={LONGEST_NOTE}
          problem={problems.note}
          hint="Every reviewer reads it, above the profiles."
          placeholder="What should they look for?"
          onChange={({ target }) => onChange({ note: target.value })}
        />
      </div>
    </div>
  );
}

const ROLES: Record<string, string> = {
  HIRING_MANAGER: 'hiring manager',
  RECRUITER: 'recruiter',
  SOURCER: 'sourcer',
  COORDINATOR: 'coordinator',
  INTERVIEWER: 'interviewer',
};

interface ReviewersPickerProps {
  readonly job: Job | null;
  readonly chosen: readonly Found[];
  /** Those who are asked already, and not offered. */
  readonly without?: ReadonlySet<string>;
  readonly problem: string | undefined;
  readonly onChange: (chosen: readonly Found[]) => void;
}

/** Users; the job's team first, its hiring managers before the others. */
export function ReviewersPicker({ job, chosen, without = new Set(), problem, onChange }: ReviewersPickerProps) {
  const [text, setText] = useState('');
  const asked = useDeferredValue(text.trim());
  const users = useApiQuery(FindUsers, { containing: asked }, { enabled: asked !== '', keep: true });
  const team = useMemo(() => teamOf(job), [job]);
  const found = (
    text.trim() === '' ? team : users.data?.data.users?.nodes.map(({ id, name, email }) => ({ id, name, about: email }))
  )?.filter(({ id }) => !without.has(id));
  const ids = new Set(chosen.map(({ id }) => id));
  return (
    <div data-field="reviewerIds" className={styles.picker}>
      <Chosen
        label="Chosen reviewers"
        chosen={chosen}
        onRemove={(id) => onChange(chosen.filter((each) => each.id !== id))}
      />
      <Finder
        label={team.length > 0 ? 'The job’s team, or any colleague' : 'Colleagues'}
        placeholder="Name or e-mail address"
        problem={problem}
        text={text}
        onText={setText}
        found={found}
        chosen={ids}
        onToggle={(each) => onChange(ids.has(each.id) ? chosen.filter(({ id }) => id !== each.id) : [...chosen, each])}
        nothing={text ? 'Nobody is called that' : 'Type a name to find colleagues'}
      />
    </div>
  );
}

function teamOf(job: Job | null): Found[] {
  const roles = new Map<string, { name: string; roles: string[]; manager: boolean }>();
  for (const { user, role } of job?.team ?? []) {
    const before = roles.get(user.id) ?? { name: user.name, roles: [], manager: false };
    const word = ROLES[role] ?? role.toLocaleLowerCase();
    roles.set(user.id, {
      name: user.name,
      roles: before.roles.includes(word) ? before.roles : [...before.roles, word],
      manager: before.manager || role === 'HIRING_MANAGER',
    });
  }
  return [...roles]
    .sort(([, one], [, other]) => Number(other.manager) - Number(one.manager))
    .map(([id, { name, roles: words }]) => ({ id, name, about: words.join(', ') }));
}

interface ChosenProps {
  readonly label: string;
  readonly chosen: readonly Found[];
  readonly onRemove: (id: string) => void;
}

/** What is chosen; after removing one, the next one has the focus, or the search. */
export function Chosen({ label, chosen, onRemove }: ChosenProps) {
  const id = useId();
  const list = useRef<HTMLUListElement>(null);
  const focus = useRef<number | null>(null);
  useEffect(() => {
    if (focus.current === null) return;
    const buttons = list.current?.querySelectorAll('button');
    const next = buttons?.[Math.min(focus.current, buttons.length - 1)];
    const around = document.getElementById(id)?.parentElement;
    (next ?? around?.querySelector('input'))?.focus();
    focus.current = null;
  });
  return (
    <div id={id}>
      {chosen.length > 0 ? (
        <ul ref={list} className={styles.chosen} aria-label={label}>
          {chosen.map((each, at) => (
            <li key={each.id}>
              <Avatar name={each.name} />
              <span className="cut" dir="auto">
                {each.name}
              </span>
              <Button
                look="quiet"
                small
                lone
                label={`Remove ${each.name}`}
                onClick={() => {
                  focus.current = at;
                  onRemove(each.id);
                }}
              >
                <X />
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
