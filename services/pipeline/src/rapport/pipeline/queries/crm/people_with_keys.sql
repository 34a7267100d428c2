-- name: people_with_keys
-- Who has contact points with these keys, in the ATS or here, by whichever record, with the name by which a mailbox of
-- two is told apart, and whether the viewer ($3) sees them. Each
-- key is looked up by itself, in an index: joined, all people would be read for every slice of an import, since the
-- plan is made while there are few of them.
SELECT w.kind, w.key, p.id, p.name, p.visible
FROM unnest($1::text[], $2::text[]) AS w (kind, key)
CROSS JOIN LATERAL (
    SELECT f.person_id FROM (
        (SELECT r.person_id FROM person_key r
         WHERE r.org_id = current_org() AND r.kind = w.kind AND r.key = w.key
         ORDER BY r.org_id, r.kind, r.key, r.person_id LIMIT 20)
        UNION ALL
        (SELECT c.person_id FROM contact_point c
         WHERE c.org_id = current_org() AND c.kind = w.kind AND c.key = w.key
         ORDER BY c.org_id, c.kind, c.key LIMIT 20)
    ) f
    LIMIT 40
) k
CROSS JOIN LATERAL (
    SELECT o.id, o.first_name || ' ' || o.last_name AS name, o.added_at,
        is_visible_to($3, o.id, o.is_private) AS visible
    FROM person o
    WHERE o.org_id = current_org() AND o.deleted_at IS NULL AND o.id = (
        SELECT coalesce(r.merged_into, r.id) FROM person r WHERE r.org_id = current_org() AND r.id = k.person_id)
    ORDER BY o.org_id, o.id LIMIT 1
) p
ORDER BY p.added_at, p.id
