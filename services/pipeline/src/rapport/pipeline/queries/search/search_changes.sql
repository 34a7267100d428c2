-- name: search_changes
-- Who changed in this transaction ($1) or a later one, with the person a merged record is part of. Each person is looked up
-- by itself: joined, all of them would be read, for nobody can tell beforehand how few changed.
SELECT s.person_id, s.change::text AS change,
    (SELECT p.merged_into FROM person p WHERE p.org_id = s.org_id AND p.id = s.person_id) AS merged_into
FROM search_change s
WHERE s.org_id = current_org() AND s.change >= ($1::text)::xid8
