-- name: remove_jobs
-- A job that is gone has no team; its name and stages stay for the history that refers to them.
WITH removed AS (
    UPDATE job SET removed_at = $2, version = version + CASE WHEN published_state IS NULL THEN 0 ELSE 1 END
    WHERE id = ANY($1::uuid[]) AND removed_at IS NULL
    RETURNING id, version, published_state
), team AS (
    DELETE FROM job_team WHERE job_id IN (SELECT id FROM removed)
), stages AS (
    UPDATE job_stage SET active = false WHERE job_id IN (SELECT id FROM removed)
)
SELECT id, version FROM removed WHERE published_state IS NOT NULL ORDER BY id
