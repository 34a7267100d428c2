-- name: mark_progress_published
-- Events have told of everything these applications have, up to these versions.
WITH scorecards AS (
    UPDATE scorecard SET published = true
    WHERE application_id = ANY($1::uuid[]) AND NOT published AND submitted_at IS NOT NULL
), offers AS (
    UPDATE offer SET published_status = status
    WHERE application_id = ANY($1::uuid[]) AND published_status IS DISTINCT FROM status
)
UPDATE application a SET version = r.version
FROM unnest($1::uuid[], $2::bigint[]) AS r (id, version) WHERE a.id = r.id
