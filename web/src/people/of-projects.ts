// What shows projects and who is in them. No React.

import {
  FindPeople,
  FoundPeople,
  ListedProjects,
  OneProject,
  OpenProjects,
  PersonInFull,
  ProjectMembers,
} from '../api/generated';

/** Loaded anew when a project, or who is in it, has changed. */
export const OF_PROJECTS = [
  OpenProjects,
  OneProject,
  ListedProjects,
  ProjectMembers,
  PersonInFull,
  FindPeople,
  FoundPeople,
] as const;
