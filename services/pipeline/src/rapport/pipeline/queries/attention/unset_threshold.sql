-- name: unset_threshold
-- What holds otherwise holds again.
DELETE FROM attention_threshold WHERE job_id IS NOT DISTINCT FROM $1 AND reason = $2
