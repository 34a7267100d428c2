-- name: add_import_chunk
-- The parts arrive in their order; one that is sent again changes nothing. Answers how many bytes there are.
WITH added AS (
    INSERT INTO import_chunk (org_id, import_id, position, content) VALUES (current_org(), $1, $2, $3)
    ON CONFLICT (org_id, import_id, position) DO NOTHING
    RETURNING length(content) AS size
)
UPDATE import SET bytes = bytes + coalesce((SELECT size FROM added), 0) WHERE id = $1 RETURNING bytes
