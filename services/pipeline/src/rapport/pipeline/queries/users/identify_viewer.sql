-- name: identify_viewer
-- The active user with an address; an account of the ATS goes before one that was invited here.
SELECT id, name, email, active, site_admin, in_ats, team_roles, ats_team_roles, roles_given, grants_given FROM directory_entry
WHERE lower(email) = lower($1) AND active
ORDER BY in_ats DESC LIMIT 1
