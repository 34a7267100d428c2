-- name: forget_old_imports
-- What nobody has gone on with since $1: files, and what rows say. What became of rows stays.
WITH old AS (
    SELECT org_id, id FROM import WHERE state_since < $1 AND state NOT IN ('reading', 'checking', 'running', 'undoing')
), files AS (
    DELETE FROM import_chunk c USING old WHERE c.org_id = old.org_id AND c.import_id = old.id
), keys AS (
    DELETE FROM import_key k USING old WHERE k.org_id = old.org_id AND k.import_id = old.id
)
DELETE FROM import_row r USING old WHERE r.org_id = old.org_id AND r.import_id = old.id AND r.applied_at IS NULL
