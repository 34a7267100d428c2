import type { TeamRole } from '../api/generated';

/** What one does on a hiring team. */
export const TEAM_ROLES: Record<TeamRole, string> = {
  HIRING_MANAGER: 'Hiring manager',
  RECRUITER: 'Recruiter',
  COORDINATOR: 'Coordinator',
  SOURCER: 'Sourcer',
};
