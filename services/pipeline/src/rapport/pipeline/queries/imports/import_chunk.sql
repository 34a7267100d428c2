-- name: import_chunk
-- One part after the other, so that no more of a file than a part is in memory.
SELECT content FROM import_chunk WHERE import_id = $1 AND position = $2
