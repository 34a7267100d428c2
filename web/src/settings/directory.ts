// What is said of who may do what.

import type { DirectoryChangesQuery, Grant, Role, UserAccessFieldsFragment } from '../api/generated';
import { TEAM_ROLES } from '../shell/team-roles';
import { isolated } from '../ui/names';

export const ROLES: Record<Role, string> = {
  ADMIN: 'Admin',
  RECRUITER: 'Recruiter',
  SOURCER: 'Sourcer',
  COORDINATOR: 'Coordinator',
  HIRING_MANAGER: 'Hiring manager',
  INTERVIEWER: 'Interviewer',
  EXECUTIVE: 'Executive',
};

export const GRANTS: Record<Grant, string> = {
  SEE_PRIVATE_PEOPLE: 'Sees every private candidate, as an admin',
  DIVERSITY_SOURCING: 'Searches by what people said of themselves',
};

export type Access = UserAccessFieldsFragment;
export type Change = NonNullable<DirectoryChangesQuery['directoryChanges']>['nodes'][number];

/** Where a role comes from besides an admin: there it is not taken here, whether it was given here as well or not. */
export function sourceOf(access: Access, role: Role): string | null {
  if (access.rolesDeclared.includes(role)) return 'declared by the operator';
  if (access.rolesFromAts.includes(role)) return 'from the ATS';
  if (access.rolesFromTeams.includes(role)) return 'from a hiring team they were put on here';
  return access.roles.includes(role) && !access.rolesGiven.includes(role) ? 'as everybody' : null;
}

/** A change as a sentence, without who made it. */
export function changeWords({ change, role, grant, teamRole, user, job }: Change): string {
  const whom = isolated(user?.name ?? 'somebody');
  const part = teamRole ? TEAM_ROLES[teamRole].toLocaleLowerCase() : 'member';
  const team = job ? isolated(job.title) : 'a job that is gone';
  switch (change) {
    case 'INVITED':
      return `invited ${whom}`;
    case 'REMOVED':
      return `removed ${whom}`;
    case 'JOINED_ATS':
      return `knows ${whom} by now`;
    case 'LEFT_ATS':
      return `no longer has ${whom}: what they were given here is taken from them`;
    case 'ROLE_GIVEN':
      return `made ${whom} ${role ? ROLES[role].toLocaleLowerCase() : 'something'}`;
    case 'ROLE_TAKEN':
      return `took the role ${role ? ROLES[role].toLocaleLowerCase() : ''} from ${whom}`;
    case 'GRANT_GIVEN':
      return `gave ${whom}: ${grant ? GRANTS[grant].toLocaleLowerCase() : 'a grant'}`;
    case 'GRANT_TAKEN':
      return `took from ${whom}: ${grant ? GRANTS[grant].toLocaleLowerCase() : 'a grant'}`;
    case 'TEAM_JOINED':
      return `made ${whom} ${part} for ${team}`;
    case 'TEAM_LEFT':
      return `took ${whom} off the team of ${team}, where they were ${part}`;
  }
}
