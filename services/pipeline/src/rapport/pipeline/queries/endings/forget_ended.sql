-- name: forget_ended
-- The ATS has these records after all.
DELETE FROM ended_record WHERE id = ANY($1::uuid[])
