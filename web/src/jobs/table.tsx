import { Link } from '@tanstack/react-router';
import { Avatar } from '../ui/avatar';
import { classes } from '../ui/classes';
import { firstName } from '../ui/names';
import { Status } from '../ui/status';
import table from '../ui/table.module.css';
import { date, Time } from '../ui/time';
import { ariaSort, type Column, type Job, needsOf, type Sort, seats, teamOf } from './list';
import styles from './table.module.css';

interface JobTableProps {
  readonly jobs: readonly Job[];
  readonly sort: Sort;
  readonly onSort: (column: Column) => void;
}

/** A table; on a phone the same rows as cards. */
export function JobTable({ jobs, sort, onSort }: JobTableProps) {
  const head = (column: Column, name: string, figure = false) => (
    <th scope="col" aria-sort={ariaSort(sort, column)} className={figure ? table.figure : undefined}>
      <button type="button" onClick={() => onSort(column)}>
        {name}
        <span aria-hidden="true">{ARROWS[ariaSort(sort, column)]}</span>
      </button>
    </th>
  );
  return (
    <div className={classes(table.sheet, styles.sheet)}>
      <table className={classes(table.table, styles.table)}>
        <thead>
          <tr>
            {head('title', 'Job')}
            <th scope="col">Department</th>
            <th scope="col">Location</th>
            <th scope="col">Team</th>
            <th scope="col">Seats</th>
            {head('active', 'Active', true)}
            <th scope="col">Needs attention</th>
            {head('activity', 'Last activity')}
            {head('opened', 'Opened')}
          </tr>
        </thead>
        <tbody>
          {jobs.map((job) => (
            <JobRow key={job.id} job={job} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const ARROWS = { ascending: ' ↑', descending: ' ↓', none: '' } as const;

function JobRow({ job }: { readonly job: Job }) {
  const needs = needsOf(job);
  return (
    <tr>
      <th scope="row">
        <Link
          to="/jobs/$job/board"
          params={{ job: job.id }}
          className={classes(table.link, styles.title)}
          dir="auto"
          data-job={job.id}
        >
          {job.title}
        </Link>
        {job.status === 'OPEN' ? null : <Status shape="closed">{job.status === 'DRAFT' ? 'Draft' : 'Closed'}</Status>}
      </th>
      <td className={styles.place} dir="auto">
        {job.department}
      </td>
      <td className={styles.place} dir="auto">
        {job.location}
      </td>
      <td className={styles.crew}>
        <Team job={job} />
      </td>
      <td className={styles.fact}>{seats(job)}</td>
      <td className={classes(table.figure, styles.fact)}>
        {job.activeApplications}
        <span className={styles.unit}> active</span>
      </td>
      <td className={styles.needs}>
        {needs.map(({ shape, words }) => (
          <Status key={shape} shape={shape}>
            {words}
          </Status>
        ))}
        {needs.length === 0 ? <span className="unseen">Nothing</span> : null}
      </td>
      <td className={styles.fact}>{job.lastActivityAt ? <Time at={job.lastActivityAt} /> : null}</td>
      <td className={styles.opened}>{job.openedAt ? <Time at={job.openedAt} as={date} /> : null}</td>
    </tr>
  );
}

/** The first of them by name, the others by their initials; all names for who cannot see these. */
function Team({ job }: { readonly job: Job }) {
  const team = teamOf(job);
  const first = team[0];
  if (!first) return null;
  return (
    <span className={styles.team} title={team.map(({ name }) => name).join(', ')}>
      <span className={styles.faces}>
        {team.slice(0, 3).map(({ id, name }) => (
          <Avatar key={id} name={name} />
        ))}
      </span>
      <span className="cut">
        <bdi>{team.length === 1 ? first.name : firstName(first.name)}</bdi>
        {team.length === 1 ? '' : ` +${team.length - 1}`}
        <span className="unseen">{team.length > 1 ? `: ${team.map(({ name }) => name).join(', ')}` : ''}</span>
      </span>
    </span>
  );
}
