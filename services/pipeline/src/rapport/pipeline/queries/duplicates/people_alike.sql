-- name: people_alike
-- Who shares a key with one of these people, by whichever record, with what both are compared by. Each key is looked up by
-- itself, in an index, and no further than a limit: what hundreds share tells nothing about two of them.
SELECT d.id, d.first_name || ' ' || d.last_name AS name, d.company, d.location, own.kind,
    o.id AS other_id, o.first_name || ' ' || o.last_name AS other_name, o.company AS other_company,
    o.location AS other_location
FROM unnest($1::uuid[]) AS asked (id)
JOIN person d ON d.org_id = current_org() AND d.id = asked.id AND d.deleted_at IS NULL AND d.merged_into IS NULL
-- OFFSET 0 has the records looked up once for each person. Otherwise the call becomes part of the conditions below, and
-- as long as the keys have no statistics, as after the first reading, it is made for every key there is.
CROSS JOIN LATERAL (SELECT records_of(d.id) AS ids OFFSET 0) mine
CROSS JOIN LATERAL (
    SELECT r.kind, r.key FROM person_key r WHERE r.org_id = current_org() AND r.person_id = ANY(mine.ids)
    UNION
    SELECT c.kind, c.key FROM contact_point c WHERE c.org_id = current_org() AND c.person_id = ANY(mine.ids)
) own
CROSS JOIN LATERAL (
    (SELECT r.person_id FROM person_key r
     WHERE r.org_id = current_org() AND r.kind = own.kind AND r.key = own.key
     ORDER BY r.org_id, r.kind, r.key, r.person_id LIMIT $2)
    UNION
    (SELECT c.person_id FROM contact_point c
     WHERE c.org_id = current_org() AND c.kind = own.kind AND c.key = own.key
     ORDER BY c.org_id, c.kind, c.key LIMIT $2)
) k
CROSS JOIN LATERAL (
    SELECT p.id, p.first_name, p.last_name, p.company, p.location FROM person p
    WHERE p.org_id = current_org() AND p.deleted_at IS NULL AND p.id <> d.id AND p.id = (
        SELECT coalesce(r.merged_into, r.id) FROM person r WHERE r.org_id = current_org() AND r.id = k.person_id)
    ORDER BY p.org_id, p.id LIMIT 1
) o
