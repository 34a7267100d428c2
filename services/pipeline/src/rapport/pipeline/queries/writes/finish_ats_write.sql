-- name: finish_ats_write
-- The ATS carried it out; since when, if its answer says so, also where its echo was faster than the answer. Returns
-- the version of the transition that this write repeats; null after an echo, which has settled it.
UPDATE ats_write
SET state = CASE state WHEN 'waiting' THEN 'done' ELSE state END, finished_at = coalesce(finished_at, $2),
    in_effect_at = $3, note = NULL
WHERE id = $1 AND state IN ('waiting', 'echoed')
RETURNING CASE state WHEN 'done' THEN repeats END
