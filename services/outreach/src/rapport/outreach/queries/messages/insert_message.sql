-- name: insert_message
-- Under an id that follows from the request's key: the same request writes the same message once. The person may have
-- been merged since they were looked up.
INSERT INTO message (org_id, id, person_id, job_id, channel, author_id, author_roles, from_user_id, from_name,
    from_address, to_name, to_address, subject, body, mail_id, earlier_mail_ids, created_at, send_at, next_try_at,
    state, state_since, version, cause, traceparent, request_hash, record_id,
    application_id, rejection_version)
VALUES (current_org(), $1, coalesce((SELECT r.person_id FROM merged_record r WHERE r.record_id = $2), $2), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $17,
    'scheduled', $16, 1, $18, $19, $20, $21, $22, $23)
ON CONFLICT (org_id, id) DO NOTHING
RETURNING id
