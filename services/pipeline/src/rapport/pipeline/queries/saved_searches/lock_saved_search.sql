-- name: lock_saved_search
-- One that the user ($2) may open, as every shared one if they are an admin ($3); locked, so that its changes and their
-- versions follow one after the other.
SELECT s.id, s.owner_id, s.name, s.query::text AS query, s.sort, s.sharing, s.job_id, s.version FROM saved_search s
WHERE s.id = $1 AND (s.owner_id = $2 OR s.sharing = 'organisation' OR s.sharing = 'hiring_team' AND ($3 OR EXISTS (
    SELECT 1 FROM job_team t WHERE t.org_id = s.org_id AND t.job_id = s.job_id AND t.user_id = $2)))
FOR UPDATE OF s
