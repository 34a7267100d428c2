-- name: connections_of_records
-- Which connections to an ATS the records of these people come from.
SELECT DISTINCT p.connection FROM person p
WHERE p.id = ANY(ARRAY(SELECT coalesce(q.merged_into, q.id) FROM person q WHERE q.id = ANY($1::uuid[])))
    OR p.merged_into = ANY(ARRAY(SELECT coalesce(q.merged_into, q.id) FROM person q WHERE q.id = ANY($1::uuid[])))
ORDER BY 1
