-- name: copy_suppression
-- What holds for a person holds for whom they turned out to be.
INSERT INTO suppression (org_id, id, person_id, whole_person, reason, recorded_at, recorded_by, message_id, version,
    copied_from)
SELECT org_id, $2, $3, whole_person, reason, $4, recorded_by, message_id, 1, id FROM suppression WHERE id = $1
