-- name: previous_verdict
-- The verdict before its newest change: what undoing that change restores.
SELECT c.verdict, c.note, c.visibility
FROM verdict v
JOIN verdict_change c ON c.org_id = v.org_id AND c.verdict_id = v.id AND c.number = v.version - 2
WHERE v.id = $1 AND c.change <> 'taken_back'
