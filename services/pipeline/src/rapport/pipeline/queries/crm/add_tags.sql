-- name: add_tags
-- Tags that the people do not have; one that the ATS gave them is theirs already. Answers who got any.
INSERT INTO person_tag (org_id, person_id, tag, added_by, added_at, import_id)
SELECT current_org(), n.person_id, n.tag, $3, $4, $5
FROM unnest($1::uuid[], $2::text[]) AS n (person_id, tag)
WHERE NOT EXISTS (
    SELECT 1 FROM person p, unnest(p.tags) AS given (tag)
    WHERE p.id = n.person_id AND search_text(given.tag) = search_text(n.tag))
ON CONFLICT (org_id, person_id, key) DO NOTHING
RETURNING person_id
