-- name: identify_viewer
-- Roles follow from what the ATS says: site administration, and parts in hiring teams.
SELECT u.id, u.name, u.email, u.site_admin,
    (SELECT coalesce(array_agg(DISTINCT t.role), '{}') FROM job_team t
     WHERE t.org_id = u.org_id AND t.user_id = u.id) AS team_roles
FROM user_account u
WHERE lower(u.email) = lower($1) AND u.active
