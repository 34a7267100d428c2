-- name: mark_ending_unapplied
-- What it was to end is still here: sync health shows it until everything has been compared with the ATS.
UPDATE delivery SET unapplied_ending = true WHERE connection = $1 AND delivery_id = $2
