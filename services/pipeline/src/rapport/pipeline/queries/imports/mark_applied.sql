-- name: mark_applied
-- Rows that were imported keep what became of them, and nothing of what they said. They lie between two numbers: without
-- these, all rows of a file would be read for every slice of it.
UPDATE import_row r
SET applied_at = $2, outcome = a.outcome, person_id = a.person_id, cells = '{}', keys = '{}',
    key_values = '{}'
FROM unnest($3::integer[], $4::text[], $5::uuid[]) AS a (number, outcome, person_id)
WHERE r.import_id = $1 AND r.number = a.number AND r.number BETWEEN $6 AND $7
