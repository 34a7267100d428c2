-- name: published_versions
-- Of these locked applications, those that events have told of, with the version that they are at.
SELECT id, person_id, job_id, version FROM application
WHERE id = ANY($1::uuid[]) AND version > 0 AND removed_at IS NULL
ORDER BY id
