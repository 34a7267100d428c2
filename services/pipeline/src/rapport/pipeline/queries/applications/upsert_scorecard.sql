-- name: upsert_scorecard
-- Scorecards that are in are counted on cards. What one says is kept only of somebody who is known and not erased: the
-- list may lag behind, or be read before the application it belongs to; the next comparison makes up for that.
INSERT INTO scorecard AS mine (org_id, id, application_id, interview_id, user_id, submitted_at, rating, external_id,
    interview_name, interviewed_at, notes, attributes)
SELECT current_org(), r.id, r.application_id, r.interview_id, r.user_id, r.submitted_at, r.rating, r.external_id,
    r.interview_name, r.interviewed_at, CASE WHEN p.id IS NOT NULL THEN r.notes END,
    CASE WHEN p.id IS NOT NULL THEN r.attributes::jsonb ELSE '[]' END
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::text[], $7::text[], $8::text[],
        $9::timestamptz[], $10::text[], $11::text[])
    AS r (id, application_id, interview_id, user_id, submitted_at, rating, external_id, interview_name,
        interviewed_at, notes, attributes)
LEFT JOIN application a ON a.id = r.application_id
LEFT JOIN person p ON p.id = a.person_id AND p.deleted_at IS NULL
ON CONFLICT (org_id, id) DO UPDATE
SET application_id = excluded.application_id, interview_id = excluded.interview_id, user_id = excluded.user_id,
    submitted_at = excluded.submitted_at, rating = excluded.rating, external_id = excluded.external_id,
    interview_name = excluded.interview_name, interviewed_at = excluded.interviewed_at, notes = excluded.notes,
    attributes = excluded.attributes
WHERE (mine.application_id, mine.interview_id, mine.user_id, mine.submitted_at, mine.rating, mine.external_id,
        mine.interview_name, mine.interviewed_at, mine.notes, mine.attributes)
    IS DISTINCT FROM (excluded.application_id, excluded.interview_id, excluded.user_id, excluded.submitted_at,
        excluded.rating, excluded.external_id, excluded.interview_name, excluded.interviewed_at, excluded.notes,
        excluded.attributes)
RETURNING id
