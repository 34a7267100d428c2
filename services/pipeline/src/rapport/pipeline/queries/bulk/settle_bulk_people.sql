-- name: settle_bulk_people
-- What became of people, each by their number.
UPDATE bulk_action_person p SET outcome = s.outcome
FROM unnest($2::integer[], $3::text[]) AS s (number, outcome)
WHERE p.org_id = current_org() AND p.action_id = $1 AND p.number = s.number
