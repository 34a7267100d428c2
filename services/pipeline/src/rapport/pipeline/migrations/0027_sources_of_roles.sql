-- As before, and which of the roles are from the ATS's own hiring teams: the others are from teams joined here.
CREATE OR REPLACE VIEW directory_entry WITH (security_invoker = true) AS
SELECT u.org_id, u.id, u.name, u.email, u.active, u.site_admin, u.external_id <> '' AS in_ats,
    (SELECT coalesce(array_agg(DISTINCT t.role), '{}') FROM job_team t
     WHERE t.org_id = u.org_id AND t.user_id = u.id AND (t.collection <> 'added_here' OR t.role = 'hiring_manager'))
        AS team_roles,
    (SELECT coalesce(array_agg(a.name ORDER BY a.name), '{}') FROM user_access a
     WHERE a.org_id = u.org_id AND a.user_id = u.id AND a.kind = 'role') AS roles_given,
    (SELECT coalesce(array_agg(a.name ORDER BY a.name), '{}') FROM user_access a
     WHERE a.org_id = u.org_id AND a.user_id = u.id AND a.kind = 'grant') AS grants_given,
    (SELECT coalesce(array_agg(DISTINCT t.role), '{}') FROM job_team t
     WHERE t.org_id = u.org_id AND t.user_id = u.id AND t.collection <> 'added_here') AS ats_team_roles
FROM user_account u;
