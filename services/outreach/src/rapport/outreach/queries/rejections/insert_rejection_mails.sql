-- name: insert_rejection_mails
-- Redelivered, an event adds nothing.
INSERT INTO rejection_mail (org_id, application_id, version, person_id, job_id, template_id, template_version,
    from_user_id, send_at, next_try_at, traceparent)
SELECT current_org(), application_id, version, person_id, job_id, template_id, template_version, from_user_id, send_at,
    $1, traceparent
FROM unnest($2::uuid[], $3::bigint[], $4::uuid[], $5::uuid[], $6::uuid[], $7::integer[], $8::uuid[], $9::timestamptz[],
    $10::text[])
    AS m (application_id, version, person_id, job_id, template_id, template_version, from_user_id, send_at, traceparent)
ON CONFLICT (org_id, application_id, version) DO NOTHING
