-- name: get_flag
-- What a user is shown of a flag.
SELECT row_to_json(x)::text
FROM (
    SELECT f.*, CASE WHEN f.reason = 'decision_owed' THEN seen_by(f.application_id, NULL, f.since) ELSE '[]' END AS seen_by
    FROM flag_document f WHERE f.id = $1
) x
