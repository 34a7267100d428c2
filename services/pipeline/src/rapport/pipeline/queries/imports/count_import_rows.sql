-- name: count_import_rows
-- What the rows of an import lead to, or have led to.
SELECT
    count(*) FILTER (WHERE outcome = 'new') AS new,
    count(*) FILTER (WHERE outcome = 'known') AS known,
    count(*) FILTER (WHERE outcome = 'changed') AS changed,
    count(*) FILTER (WHERE outcome = 'repeated') AS repeated,
    count(*) FILTER (WHERE outcome = 'refused') AS refused,
    count(*) FILTER (WHERE outcome <> 'refused' AND has_problems) AS warnings,
    count(*) FILTER (WHERE applied_at IS NOT NULL) AS applied
FROM import_row WHERE import_id = $1
