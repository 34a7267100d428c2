-- name: adopt_invited_users
-- Users who were invited here, and whom the ATS has by now ($1: whom it just named). What they were given goes to
-- their account there, under which they act from now on.
WITH pair AS (
    SELECT DISTINCT ON (i.id) i.id AS invited_id, a.id AS account_id
    FROM user_account i
    JOIN user_account a ON a.org_id = i.org_id AND lower(a.email) = lower(i.email) AND a.external_id <> '' AND a.active
    WHERE i.external_id = '' AND i.active AND a.id = ANY($1::uuid[])
    ORDER BY i.id, a.id
), left_access AS (
    DELETE FROM user_access x USING pair p WHERE x.user_id = p.invited_id
    RETURNING p.account_id, x.kind, x.name, x.given_by, x.given_at
), access AS (
    INSERT INTO user_access (org_id, user_id, kind, name, given_by, given_at)
    SELECT current_org(), account_id, kind, name, given_by, given_at FROM left_access ON CONFLICT DO NOTHING
), left_team AS (
    DELETE FROM job_team t USING pair p WHERE t.user_id = p.invited_id AND t.collection = 'added_here'
    RETURNING p.account_id, t.id, t.job_id, t.role
), team AS (
    INSERT INTO job_team (org_id, id, job_id, user_id, role, responsible, connection, collection)
    SELECT current_org(), md5(l.id::text || l.account_id::text)::uuid, l.job_id, l.account_id, l.role, false, '', 'added_here'
    FROM left_team l ON CONFLICT DO NOTHING
)
UPDATE user_account u SET active = false FROM pair p WHERE u.id = p.invited_id
RETURNING u.id AS invited_id, p.account_id
