-- name: look_at_all
-- What attention depends on has changed for all applications, or for those of a job: they are looked at again.
UPDATE attention_due SET due_at = least(due_at, $1)
WHERE $2::uuid IS NULL OR application_id IN (SELECT b.application_id FROM board_card b WHERE b.job_id = $2)
