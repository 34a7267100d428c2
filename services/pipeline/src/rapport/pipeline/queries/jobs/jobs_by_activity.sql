-- name: jobs_by_activity
-- A page of jobs by their last activity, which is one probe of an index for each job.
-- Ascending if $8, after the place ($9, $10); one more than asked for shows whether there is a next page.
-- Cards that the viewer ($13) does not see are not counted.
WITH listed AS MATERIALIZED (
    SELECT id, last_activity_at AS key FROM listed_jobs($1, $2, $3, $4, $5, $6, $7, $13)
), page AS (
    (SELECT id, key, row_number() OVER (ORDER BY key, id) AS place FROM listed
    WHERE $8::boolean AND (key, id) > ($9, $10::uuid)
    ORDER BY key, id LIMIT $11::integer + 1)
    UNION ALL
    (SELECT id, key, row_number() OVER (ORDER BY key DESC, id DESC) AS place FROM listed
    WHERE NOT $8::boolean AND (key, id) < ($9, $10::uuid)
    ORDER BY key DESC, id DESC LIMIT $11::integer + 1)
)
SELECT json_build_object(
    'edges', (SELECT coalesce(json_agg(json_build_object(
        'cursor', json_build_array(to_json(p.key), d.id::text), 'node', row_to_json(d)
    ) ORDER BY p.place), '[]') FROM page p JOIN jobs_seen_by($13) d ON d.id = p.id WHERE p.place <= $11),
    'has_next', (SELECT count(*) > $11 FROM page),
    'total', CASE WHEN $12::boolean THEN (SELECT count(*) FROM listed) END
)::text
