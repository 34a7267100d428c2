-- name: regroup_applications
-- The applications of these records belong to those who stand for them ($2).
UPDATE application a SET person_id = r.root
FROM unnest($1::uuid[], $2::uuid[]) AS r (id, root)
WHERE a.ats_person_id = r.id AND a.person_id <> r.root
RETURNING a.id, r.root, r.id AS record_id, a.removal
