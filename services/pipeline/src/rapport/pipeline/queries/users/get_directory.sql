-- name: get_directory
-- A page of the active users by name, after a name and an id; a text is matched as it is, not as a pattern.
SELECT lower(name) AS place, id, name, email, active, site_admin, in_ats, team_roles, ats_team_roles, roles_given, grants_given FROM directory_entry
WHERE active AND (lower(name), id) > ($1::text, $2::uuid)
    AND ($3::text IS NULL OR position(lower($3) IN lower(name)) > 0 OR position(lower($3) IN lower(email)) > 0)
ORDER BY lower(name), id
LIMIT $4
