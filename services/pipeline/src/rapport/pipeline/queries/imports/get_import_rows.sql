-- name: get_import_rows
-- A page of the rows of an import, in the order of the file. No row, if there is no such import.
WITH page AS MATERIALIZED (
    SELECT r.number, r.line, r.cells, r.outcome, r.problems, r.person_id, r.applied_at,
        array(SELECT substr(k, 7) FROM unnest(r.keys) AS k WHERE k LIKE 'email:%') AS emails
    FROM import_row r
    WHERE r.import_id = $1 AND r.number > $2 AND ($3::text IS NULL OR r.outcome = $3) AND (NOT $4 OR r.has_problems)
    ORDER BY r.number LIMIT $5 + 1
), kept AS (
    SELECT * FROM page ORDER BY number LIMIT $5
)
SELECT json_build_object(
    'edges', (SELECT coalesce(json_agg(json_build_object(
        'cursor', json_build_array(number::text), 'node', row_to_json(kept)) ORDER BY number), '[]') FROM kept),
    'has_next', (SELECT count(*) > $5 FROM page)
)::text
FROM import i WHERE i.id = $1
