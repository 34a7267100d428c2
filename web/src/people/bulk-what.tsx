import { type FormEvent, useId, useState } from 'react';
import { useApiQuery } from '../api/context';
import { CreateProject, OpenProjects } from '../api/generated';
import { useAct } from '../shell/act';
import { JobFinder } from '../shell/job-finder';
import { Button } from '../ui/button';
import { TextField } from '../ui/field';
import type { PeopleKind } from './bulk';
import styles from './saved.module.css';

const LONGEST_TAG = 100;
const LONGEST_PROJECT = 200;

interface WhatProps {
  readonly kind: PeopleKind;
  readonly busy: boolean;
  readonly onCheck: (action: { readonly projectId?: string; readonly jobId?: string; readonly tag?: string }) => void;
}

const NEW = 'new';

/** What an action is done with. */
export function What({ kind, busy, onCheck }: WhatProps) {
  const [value, setValue] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onCheck(actionOf(kind, value));
  };
  const missing = kind !== 'REQUEST_REVIEW' && (value.trim() === '' || value === NEW);
  return (
    <form className={styles.fields} onSubmit={submit}>
      {kind === 'ADD_TO_PROJECT' ? (
        <ProjectChoice value={value} onChange={setValue} />
      ) : kind === 'ADD_TO_JOB' ? (
        <JobFinder chosen={value} onChoose={({ id }) => setValue(id)} />
      ) : kind === 'REQUEST_REVIEW' ? null : (
        <TextField
          label="Tag"
          value={value}
          maxLength={LONGEST_TAG}
          autoFocus
          onChange={({ target }) => setValue(target.value)}
        />
      )}
      <div className={styles.acts}>
        <Button look="primary" type="submit" disabled={busy || missing}>
          Check first
        </Button>
        <p className="faint small">Nobody is changed yet: you see what would become of whom.</p>
      </div>
    </form>
  );
}

function actionOf(kind: PeopleKind, value: string) {
  switch (kind) {
    case 'REQUEST_REVIEW':
      return {};
    case 'ADD_TO_PROJECT':
      return { projectId: value };
    case 'ADD_TO_JOB':
      return { jobId: value };
    case 'ADD_TAG':
    case 'REMOVE_TAG':
      return { tag: value };
  }
}

interface ChoiceProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function ProjectChoice({ value, onChange }: ChoiceProps) {
  const projects = useApiQuery(OpenProjects, { text: null });
  const { act, busy } = useAct();
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<string>();
  const choice = useId();
  const create = () => {
    let created = '';
    void act({
      mutation: CreateProject,
      variables: { input: { name } },
      pick: ({ createProject }) => {
        if (createProject.__typename === 'Project') created = createProject.id;
        return createProject.__typename === 'Project' ? {} : createProject;
      },
      said: `The project “${name.trim()}” is there`,
      refused: setProblem,
      reload: [OpenProjects],
    }).then((done) => done && onChange(created));
  };
  return (
    <>
      <div className={styles.choice}>
        <label htmlFor={choice}>Project</label>
        <select id={choice} value={value} onChange={({ target }) => onChange(target.value)}>
          <option value="">Choose</option>
          {(projects.data?.data.projects?.nodes ?? []).map(({ id, name: title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
          <option value={NEW}>A new project…</option>
        </select>
      </div>
      {value === NEW ? (
        <>
          <TextField
            label="Name of the new project"
            value={name}
            maxLength={LONGEST_PROJECT}
            problem={problem}
            onChange={({ target }) => setName(target.value)}
          />
          <Button disabled={busy || name.trim() === ''} onClick={create}>
            Create project
          </Button>
        </>
      ) : null}
    </>
  );
}
