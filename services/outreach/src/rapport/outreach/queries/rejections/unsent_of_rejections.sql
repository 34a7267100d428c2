-- name: unsent_of_rejections
-- Messages about rejections before these versions of their applications that have not been sent, in the order in which
-- they are locked.
SELECT m.id FROM message m
JOIN unnest($1::uuid[], $2::bigint[]) AS b (application_id, version)
    ON m.application_id = b.application_id AND m.rejection_version < b.version
WHERE m.state IN ('scheduled', 'claimed')
ORDER BY m.id
