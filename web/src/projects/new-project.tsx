import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { CreateProject } from '../api/generated';
import { OF_PROJECTS } from '../people/parts';
import { useAct } from '../shell/act';
import { Button } from '../ui/button';
import { TextField } from '../ui/field';
import { Sheet } from '../ui/sheet';
import styles from './screen.module.css';

export const LONGEST_NAME = 200;

/** Begins a project, and opens it. */
export function NewProject({ onClose }: { readonly onClose: () => void }) {
  const { act, busy } = useAct();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<string>();
  const form = useRef<HTMLFormElement>(null);
  const key = useRef(crypto.randomUUID());
  useEffect(() => form.current?.querySelector('input')?.focus(), []);

  const create = async (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === '') return setProblem('Give it a name.');
    let created: string | null = null;
    const done = await act({
      mutation: CreateProject,
      variables: { input: { name, idempotencyKey: key.current } },
      pick: ({ createProject }) => {
        if (createProject.__typename === 'Project') created = createProject.id;
        return createProject.__typename === 'Project' ? {} : createProject;
      },
      said: `The project “${name.trim()}” is there`,
      refused: setProblem,
      reload: OF_PROJECTS,
    });
    if (!done || created === null) return;
    await navigate({ to: '/people/projects/$project', params: { project: created } });
  };
  return (
    <Sheet title="New project">
      <form ref={form} className={styles.form} noValidate onSubmit={(event) => void create(event)}>
        <TextField
          label="Name"
          dir="auto"
          autoComplete="off"
          maxLength={LONGEST_NAME}
          value={name}
          problem={problem}
          onChange={({ target }) => {
            setName(target.value);
            key.current = crypto.randomUUID();
          }}
        />
        <div className={styles.acts}>
          <Button look="primary" type="submit" disabled={busy}>
            Create project
          </Button>
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </Sheet>
  );
}
