-- name: upsert_demographic_answer
-- Only of somebody who is known and not erased, for an application that the ATS still has: the list may lag behind, or be
-- read before the application; the next comparison makes up for that.
INSERT INTO demographic_answer AS mine (org_id, id, external_id, application_id, question_id, option_id, answered_at)
SELECT current_org(), r.id, r.external_id, r.application_id, r.question_id, r.option_id, r.answered_at
FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::uuid[], $6::timestamptz[])
    AS r (id, external_id, application_id, question_id, option_id, answered_at)
JOIN application a ON a.id = r.application_id AND a.removed_at IS NULL
JOIN person p ON p.id = a.person_id AND p.deleted_at IS NULL
ON CONFLICT (org_id, id) DO UPDATE
SET application_id = excluded.application_id, question_id = excluded.question_id, option_id = excluded.option_id,
    answered_at = excluded.answered_at
WHERE (mine.application_id, mine.question_id, mine.option_id, mine.answered_at)
    IS DISTINCT FROM (excluded.application_id, excluded.question_id, excluded.option_id, excluded.answered_at)
RETURNING id
