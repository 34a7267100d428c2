-- name: look_at_all
-- What attention depends on has changed for all applications, or for those of some jobs ($1): their flags are computed
-- anew. In the order in which the worker locks them.
INSERT INTO attention_due (org_id, application_id, due_at)
SELECT b.org_id, b.application_id, '-infinity' FROM board_card b WHERE $1::uuid[] IS NULL OR b.job_id = ANY($1)
ORDER BY b.application_id
ON CONFLICT (org_id, application_id) DO UPDATE SET due_at = excluded.due_at
