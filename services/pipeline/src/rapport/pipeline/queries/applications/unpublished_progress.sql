-- name: unpublished_progress
-- Scorecards of these applications that no event has told of, and versions of offers that have another status than events
-- last said; the oldest first. An offer that is replaced has a newer version; one without was withdrawn.
SELECT id, application_id, submitted_at AS occurred_at, user_id, NULL::integer AS version, NULL AS status,
    NULL::uuid AS decline_reason_id
FROM scorecard WHERE application_id = ANY($1::uuid[]) AND NOT published AND submitted_at IS NOT NULL
UNION ALL
SELECT f.id, f.application_id,
    CASE f.status WHEN 'draft' THEN f.created_at WHEN 'sent' THEN f.sent_at ELSE coalesce(f.resolved_at, f.sent_at) END,
    NULL, f.version,
    CASE WHEN f.status = 'superseded' AND NOT EXISTS (
        SELECT 1 FROM offer n WHERE n.org_id = f.org_id AND n.application_id = f.application_id AND n.version > f.version)
        THEN 'rescinded' ELSE f.status END,
    f.decline_reason_id
FROM offer f WHERE f.application_id = ANY($1::uuid[]) AND f.published_status IS DISTINCT FROM f.status
ORDER BY occurred_at, version NULLS FIRST, id
