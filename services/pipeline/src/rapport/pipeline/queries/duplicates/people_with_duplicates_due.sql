-- name: people_with_duplicates_due
-- Who is to be compared with others, by their records; those that another process holds are left.
SELECT id, coalesce(merged_into, id) AS root FROM person WHERE duplicates_due ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
