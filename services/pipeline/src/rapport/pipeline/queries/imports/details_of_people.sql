-- name: details_of_people
-- What known people have already: what an import would add is what they lack.
SELECT p.id,
    array(SELECT k.kind || ':' || k.key FROM person_key k WHERE k.org_id = p.org_id AND k.person_id = p.id
        UNION SELECT c.kind || ':' || c.key FROM contact_point c WHERE c.org_id = p.org_id AND c.person_id = p.id) AS keys,
    array(SELECT search_text(t) FROM unnest(p.tags) AS t
        UNION SELECT g.key FROM person_tag g WHERE g.org_id = p.org_id AND g.person_id = p.id) AS tags
FROM person p WHERE p.id = ANY($1::uuid[])
