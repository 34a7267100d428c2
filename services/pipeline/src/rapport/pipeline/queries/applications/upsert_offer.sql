-- name: upsert_offer
-- Versions of offers. Why an erased person declined is not taken: the list may lag behind.
INSERT INTO offer AS mine (org_id, id, external_id, application_id, version, status, created_at, sent_at, resolved_at, starts_on, decline_reason_id, decline_reason)
SELECT current_org(), r.id, r.external_id, r.application_id, r.version, r.status, r.created_at, r.sent_at, r.resolved_at, r.starts_on, r.decline_reason_id,
    CASE WHEN p.deleted_at IS NULL THEN r.decline_reason END
FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::integer[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[], $9::date[], $10::uuid[], $11::text[])
    AS r (id, external_id, application_id, version, status, created_at, sent_at, resolved_at, starts_on, decline_reason_id, decline_reason)
LEFT JOIN application a ON a.id = r.application_id
LEFT JOIN person p ON p.id = a.person_id
ON CONFLICT (org_id, id) DO UPDATE
SET external_id = excluded.external_id, application_id = excluded.application_id, version = excluded.version, status = excluded.status, created_at = excluded.created_at, sent_at = excluded.sent_at, resolved_at = excluded.resolved_at, starts_on = excluded.starts_on, decline_reason_id = excluded.decline_reason_id, decline_reason = excluded.decline_reason
WHERE (mine.external_id, mine.application_id, mine.version, mine.status, mine.created_at, mine.sent_at, mine.resolved_at, mine.starts_on, mine.decline_reason_id, mine.decline_reason)
    IS DISTINCT FROM (excluded.external_id, excluded.application_id, excluded.version, excluded.status, excluded.created_at, excluded.sent_at, excluded.resolved_at, excluded.starts_on, excluded.decline_reason_id, excluded.decline_reason)
RETURNING id
