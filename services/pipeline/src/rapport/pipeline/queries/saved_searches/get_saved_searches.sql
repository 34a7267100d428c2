-- name: get_saved_searches
-- The searches that a user ($1) may open: their own, and those that others share with them; admins ($2) may open every one
-- that is shared. Of others', a limit ($3) is kept. All of them, or some by their ids ($4).
WITH own AS (
    SELECT id, owner_id, name, query, sort, sharing, job_id, version FROM saved_search
    WHERE owner_id = $1 AND ($4::uuid[] IS NULL OR id = ANY($4))
), shared AS (
    SELECT s.id, s.owner_id, s.name, s.query, s.sort, s.sharing, s.job_id, s.version FROM saved_search s
    WHERE s.sharing <> 'private' AND s.owner_id <> $1 AND ($4::uuid[] IS NULL OR s.id = ANY($4))
        AND (s.sharing = 'organisation' OR $2 OR EXISTS (
            SELECT 1 FROM job_team t WHERE t.org_id = s.org_id AND t.job_id = s.job_id AND t.user_id = $1))
    ORDER BY s.name, s.id LIMIT $3
), every AS (
    SELECT * FROM own UNION ALL SELECT * FROM shared
)
SELECT e.id, e.owner_id, e.name, e.query::text AS query, e.sort, e.sharing, e.job_id, e.version, k.looked_at
FROM every e
LEFT JOIN search_look k ON k.org_id = current_org() AND k.search_id = e.id AND k.user_id = $1
ORDER BY e.owner_id <> $1, e.name, e.id
