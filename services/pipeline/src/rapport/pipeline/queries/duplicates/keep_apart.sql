-- name: keep_apart
-- Two people are two, says a user ($3); the pair need not have been found: then it has no reason and no score.
INSERT INTO probable_duplicate (org_id, person_id, other_id, found_at, kept_apart_at, kept_apart_by)
VALUES (current_org(), least($1::uuid, $2::uuid), greatest($1::uuid, $2::uuid), $4, $4, $3)
ON CONFLICT (org_id, person_id, other_id) DO UPDATE
SET kept_apart_at = excluded.kept_apart_at, kept_apart_by = excluded.kept_apart_by
WHERE probable_duplicate.kept_apart_at IS NULL
