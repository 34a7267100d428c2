import { useParams } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { useApiQuery } from '../api/context';
import { AddTeamMember, HiringTeam, type HiringTeamQuery, RemoveTeamMember, type TeamRole } from '../api/generated';
import { useAct } from '../shell/act';
import { Page } from '../shell/page';
import { QueryFailure } from '../shell/query-failure';
import { TEAM_ROLES } from '../shell/team-roles';
import { UserFinder } from '../shell/user-finder';
import { Avatar } from '../ui/avatar';
import { Button } from '../ui/button';
import { isolated } from '../ui/names';
import { Skeleton } from '../ui/region';
import { Sheet } from '../ui/sheet';
import { JobBar, NoSuchJob } from './parts';
import styles from './team.module.css';

type Job = NonNullable<HiringTeamQuery['job']>;

const ALL = Object.keys(TEAM_ROLES) as TeamRole[];

export function TeamScreen() {
  const { job: jobId } = useParams({ from: '/jobs/$job/team' });
  const query = useApiQuery(HiringTeam, { job: jobId });
  const job = query.data?.data.job;
  const problem = query.data?.problems[0];
  return (
    <Page title={job?.title ?? 'Hiring team'} fixed>
      <JobBar job={jobId} />
      <div className={styles.content}>
        {job ? (
          <Team job={job} />
        ) : query.isPending ? (
          <Skeleton rows={5} label="Loading the hiring team" />
        ) : problem?.code === 'NOT_FOUND' || problem?.code === 'INVALID_ID' ? (
          <NoSuchJob />
        ) : (
          <QueryFailure what="The hiring team cannot be shown" query={query} problem={problem} />
        )}
      </div>
    </Page>
  );
}

function Team({ job }: { readonly job: Job }) {
  const { act, busy } = useAct();
  const [role, setRole] = useState<TeamRole>('HIRING_MANAGER');
  const select = useId();
  const remove = ({ user, role: part }: Job['team'][number]) =>
    void act({
      mutation: RemoveTeamMember,
      variables: { input: { jobId: job.id, userId: user.id, teamRole: part } },
      pick: (data) => data.removeTeamMember,
      said: `${isolated(user.name)} is not on the team any more`,
      reload: [HiringTeam],
    });
  return (
    <Sheet title="Hiring team">
      <p className={styles.explained}>
        The team comes from the ATS. Those who are added here see this job as the others do, but no private candidates;
        the ATS is not told.
      </p>
      <ul className={styles.members}>
        {job.team.map((member) => (
          <li key={`${member.role} ${member.user.id} ${member.addedHere}`}>
            <Avatar name={member.user.name} />
            <strong className="cut" dir="auto">
              {member.user.name}
            </strong>
            <span className="soft">
              {TEAM_ROLES[member.role]}
              {member.responsible ? ', responsible' : ''}
            </span>
            {member.addedHere ? (
              <span className={styles.here}>
                <span className="faint">added here</span>
                {job.viewerCan.editTeam ? (
                  <Button small disabled={busy} label={`Remove ${member.user.name}`} onClick={() => remove(member)}>
                    Remove
                  </Button>
                ) : null}
              </span>
            ) : null}
          </li>
        ))}
        {job.team.length === 0 ? <li className="faint">Nobody yet.</li> : null}
      </ul>
      {job.viewerCan.editTeam ? (
        <div className={styles.add}>
          <label htmlFor={select}>Add as</label>
          <select id={select} value={role} onChange={({ target }) => setRole(target.value as TeamRole)}>
            {ALL.map((each) => (
              <option key={each} value={each}>
                {TEAM_ROLES[each]}
              </option>
            ))}
          </select>
          <UserFinder
            label="Colleague"
            offered={({ id }) => !job.team.some((member) => member.user.id === id && member.role === role)}
            onChoose={(user) =>
              void act({
                mutation: AddTeamMember,
                variables: { input: { jobId: job.id, userId: user.id, teamRole: role } },
                pick: (data) => data.addTeamMember,
                said: `${isolated(user.name)} is on the team`,
                reload: [HiringTeam],
              })
            }
          />
        </div>
      ) : null}
    </Sheet>
  );
}
