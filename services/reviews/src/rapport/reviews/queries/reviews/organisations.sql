-- name: organisations
-- Whose reviews there are to remind of and to close; only the system role sees them all.
SELECT org_id FROM organisation ORDER BY org_id
