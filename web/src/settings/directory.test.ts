import { describe, expect, it } from 'vitest';
import { type Access, type Change, changeWords, sourceOf } from './directory';

const ACCESS: Access = {
  user: { id: 'u', name: 'Eve', email: 'eve@example.com' },
  inAts: true,
  roles: ['EXECUTIVE', 'RECRUITER', 'SOURCER', 'COORDINATOR', 'HIRING_MANAGER'],
  rolesGiven: ['SOURCER', 'COORDINATOR'],
  rolesDeclared: ['EXECUTIVE'],
  rolesFromAts: ['RECRUITER', 'COORDINATOR'],
  rolesFromTeams: ['HIRING_MANAGER'],
  grants: [],
  grantsGiven: [],
  grantsDeclared: [],
};

const NOWHERE = { rolesGiven: [], rolesDeclared: [], rolesFromAts: [], rolesFromTeams: [] };

describe('where a role comes from', () => {
  it.each([
    ['EXECUTIVE', 'declared by the operator'],
    ['RECRUITER', 'from the ATS'],
    ['SOURCER', null],
    ['COORDINATOR', 'from the ATS'],
    ['HIRING_MANAGER', 'from a hiring team they were put on here'],
    ['ADMIN', null],
  ] as const)('says of %s: %s', (role, source) => expect(sourceOf(ACCESS, role)).toBe(source));

  it('says that whoever has no role is an interviewer', () => {
    const nobody: Access = { ...ACCESS, roles: ['INTERVIEWER'], ...NOWHERE };
    expect(sourceOf(nobody, 'INTERVIEWER')).toBe('as everybody');
  });
});

describe('a change in words', () => {
  const change: Change = {
    id: 'c',
    at: '2026-01-01T00:00:00Z',
    change: 'INVITED',
    role: null,
    grant: null,
    teamRole: null,
    user: { id: 'u', name: 'Eve' },
    changedBy: null,
    job: null,
  };
  it.each([
    [{}, 'invited Eve'],
    [{ change: 'ROLE_GIVEN', role: 'EXECUTIVE' }, 'made Eve executive'],
    [
      { change: 'TEAM_JOINED', teamRole: 'HIRING_MANAGER', job: { id: 'j', title: 'Engineer' } },
      'made Eve hiring manager for Engineer',
    ],
    [
      { change: 'TEAM_LEFT', teamRole: 'SOURCER' },
      'took Eve off the team of a job that is gone, where they were sourcer',
    ],
    [{ change: 'REMOVED', user: null }, 'removed somebody'],
  ] as const)('%o', (given, words) => expect(changeWords({ ...change, ...given })).toBe(words));
});
