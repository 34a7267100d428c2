import styles from './past.module.css';
import { period } from './period';

interface Timed {
  readonly startedOn: string | null;
  readonly endedOn: string | null;
}

interface Employment extends Timed {
  readonly company: string | null;
  readonly title: string | null;
}

interface Studies extends Timed {
  readonly school: string | null;
  readonly degree: string | null;
  readonly discipline: string | null;
}

/** The jobs that somebody holds or held, in the order they are given in. */
export function Experience({ employments }: { readonly employments: readonly Employment[] }) {
  if (employments.length === 0) return null;
  return (
    <section className={styles.past}>
      <h3>Experience</h3>
      <ol>
        {employments.map((job, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list is only replaced
          <Entry key={place} what={job.title} where={job.company} when={period(job.startedOn, job.endedOn)} />
        ))}
      </ol>
    </section>
  );
}

/** What somebody studies or studied. */
export function Education({ educations }: { readonly educations: readonly Studies[] }) {
  if (educations.length === 0) return null;
  return (
    <section className={styles.past}>
      <h3>Education</h3>
      <ol>
        {educations.map((one, place) => (
          <Entry
            // biome-ignore lint/suspicious/noArrayIndexKey: the list is only replaced
            key={place}
            what={[one.degree, one.discipline].filter(Boolean).join(', ')}
            where={one.school}
            when={period(one.startedOn, one.endedOn)}
          />
        ))}
      </ol>
    </section>
  );
}

interface EntryProps {
  readonly what: string | null;
  readonly where: string | null;
  readonly when: string;
}

function Entry({ what, where, when }: EntryProps) {
  return (
    <li>
      {what ? <strong dir="auto">{what}</strong> : null}
      {where ? <span dir="auto">{where}</span> : null}
      {when ? <span className="faint small">{when}</span> : null}
    </li>
  );
}
