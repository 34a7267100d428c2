-- name: add_bulk_people
-- In the order of the selection, each with what would become of them.
INSERT INTO bulk_action_person (org_id, action_id, number, person_id, expected, warnings)
SELECT current_org(), $1, p.number, p.id, p.expected, CASE WHEN p.in_process THEN ARRAY['in_process'] ELSE '{}' END
FROM unnest($2::integer[], $3::uuid[], $4::text[], $5::boolean[]) AS p (number, id, expected, in_process)
