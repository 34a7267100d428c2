-- name: jobs_by_opened
-- A page of jobs in the order of their index, by when they were opened.
-- Ascending if $8, after the place ($9, $10); one more than asked for shows whether there is a next page.
-- Cards that the viewer ($13) does not see are not counted.
WITH page AS (
    (SELECT id, sort_opened_at AS key, row_number() OVER (ORDER BY sort_opened_at, id) AS place
    FROM listed_jobs($1, $2, $3, $4, $5, $6, $7, $13)
    WHERE $8::boolean AND (sort_opened_at, id) > ($9, $10::uuid)
    ORDER BY sort_opened_at, id LIMIT $11::integer + 1)
    UNION ALL
    (SELECT id, sort_opened_at AS key, row_number() OVER (ORDER BY sort_opened_at DESC, id DESC) AS place
    FROM listed_jobs($1, $2, $3, $4, $5, $6, $7, $13)
    WHERE NOT $8::boolean AND (sort_opened_at, id) < ($9, $10::uuid)
    ORDER BY sort_opened_at DESC, id DESC LIMIT $11::integer + 1)
)
SELECT json_build_object(
    'edges', (SELECT coalesce(json_agg(json_build_object(
        'cursor', json_build_array(to_json(p.key), d.id::text), 'node', row_to_json(d)
    ) ORDER BY p.place), '[]') FROM page p JOIN jobs_seen_by($13) d ON d.id = p.id WHERE p.place <= $11),
    'has_next', (SELECT count(*) > $11 FROM page),
    'total', CASE WHEN $12::boolean THEN (
        SELECT count(*) FROM listed_jobs($1, $2, $3, $4, $5, $6, $7, $13)) END
)::text
