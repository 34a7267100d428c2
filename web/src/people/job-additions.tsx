// Putting somebody into a job: asked for here, created by the ATS, which may refuse.

import { Briefcase } from 'lucide-react';
import { Suspense, useEffect, useState } from 'react';
import { useServices } from '../api/context';
import { AddToJob, PersonInFull } from '../api/generated';
import { saidOf, useAct } from '../shell/act';
import { Button } from '../ui/button';
import { isolated } from '../ui/names';
import { Status } from '../ui/status';
import { AddToJobDialog } from './add-to-job-later';
import type { Person } from './person';
import styles from './person.module.css';

const LOOK_EVERY_MS = 2_000;

/** Load a person again until the ATS has said what becomes of those that wait: a refusal is no event. */
export function useWaitingAdditions(person: Person | null): void {
  const { cache } = useServices();
  const waiting = person?.jobAdditions?.some(({ state }) => state === 'WAITING') ?? false;
  const id = person?.id;
  useEffect(() => {
    if (!waiting) return;
    const look = () => void cache.invalidateQueries({ queryKey: [PersonInFull.name, { person: id }] });
    const timer = setInterval(look, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [cache, waiting, id]);
}

/** The jobs that somebody was added to, as far as the ATS has not created the application; and adding them to one. */
export function JobAdditions({ person }: { readonly person: Person }) {
  const { act, busy } = useAct();
  const [asking, setAsking] = useState(false);
  const additions = person.jobAdditions ?? [];
  const may = person.viewerCan.addToJobs;
  if (additions.length === 0 && !may) return null;
  return (
    <>
      {additions.map(({ id, state, job, reason }) => {
        const title = isolated(job?.title ?? 'a job that you do not see');
        if (state === 'WAITING') return <Status key={id} shape="pending">{`Being added to ${title}`}</Status>;
        return (
          <p key={id} className={styles.ledger}>
            <Status shape="conflict">{`The ATS did not add them to ${title}`}</Status>
            {reason ? <q dir="auto">{reason}</q> : null}
            {may && job ? (
              <Button
                look="link"
                disabled={busy}
                onClick={() =>
                  void act({
                    mutation: AddToJob,
                    variables: { input: { personId: person.id, jobId: job.id, idempotencyKey: crypto.randomUUID() } },
                    pick: (data) => saidOf(data.addToJob),
                    said: `${isolated(person.name)} is being added to ${title}`,
                    reload: [PersonInFull],
                  })
                }
              >
                Try again
              </Button>
            ) : null}
          </p>
        );
      })}
      {may ? (
        <Button look="quiet" small onClick={() => setAsking(true)}>
          <Briefcase aria-hidden="true" />
          Add to job…
        </Button>
      ) : null}
      {asking ? (
        <Suspense>
          <AddToJobDialog person={person.id} name={person.name} onClose={() => setAsking(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
