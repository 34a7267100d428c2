-- name: ended_among
-- Which of these records have ended here, when and why.
SELECT id, reason, ended_at FROM ended_record WHERE id = ANY($1::uuid[])
