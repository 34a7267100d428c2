-- name: lock_people
-- Writes about these people and their erasure take turns until the end of the unit of work.
SELECT pg_advisory_xact_lock(hashtextextended(current_org() || p.id::text, 0))
FROM (SELECT DISTINCT id FROM unnest($1::uuid[]) AS n (id) ORDER BY id) AS p
