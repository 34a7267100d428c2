-- name: settle_bulk_people
-- What became of people or applications, each by their number, and why not of the latter.
UPDATE bulk_action_person p SET outcome = s.outcome, refusal = s.refusal::json
FROM unnest($2::integer[], $3::text[], $4::text[]) AS s (number, outcome, refusal)
WHERE p.org_id = current_org() AND p.action_id = $1 AND p.number = s.number
