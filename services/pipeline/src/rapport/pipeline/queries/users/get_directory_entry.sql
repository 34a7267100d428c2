-- name: get_directory_entry
-- One user, locked by the caller.
SELECT id, name, email, active, site_admin, in_ats, team_roles, ats_team_roles, roles_given, grants_given FROM directory_entry WHERE id = $1
