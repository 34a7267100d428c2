-- name: forget_old_bulk_actions
-- Of actions that were requested before $1, what became of whom; what was done stays done.
WITH old AS (
    DELETE FROM bulk_action WHERE requested_at < $1 AND state <> 'running' RETURNING id
)
DELETE FROM bulk_action_person WHERE action_id IN (SELECT id FROM old)
