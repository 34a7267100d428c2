-- name: drop_rejection_mails
-- Of rejections before these versions of their applications; what they have become by now is cancelled by itself.
UPDATE rejection_mail r SET next_try_at = NULL
FROM unnest($1::uuid[], $2::bigint[]) AS b (application_id, version)
WHERE r.application_id = b.application_id AND r.version < b.version AND r.next_try_at IS NOT NULL
