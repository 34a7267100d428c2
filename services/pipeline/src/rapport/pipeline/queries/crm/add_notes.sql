-- name: add_notes
-- Writing one again under the same key changes nothing. Answers those that are new.
INSERT INTO note (org_id, id, person_id, job_id, author_id, visibility, body, created_at, version, import_id)
SELECT current_org(), n.id, n.person_id, $3, $4, $5, n.body, $6, 1, $8
FROM unnest($1::uuid[], $2::uuid[], $7::text[]) AS n (id, person_id, body)
ON CONFLICT (org_id, id) DO NOTHING
RETURNING id, person_id
