-- name: entries_of_applications
-- The ATS's history of these applications, oldest first; its ids grow, which orders what happened at one moment.
SELECT application_id, id, stage_id, entered_at FROM stage_entry
WHERE application_id = ANY($1::uuid[])
ORDER BY application_id, entered_at, length(external_id), external_id, id
