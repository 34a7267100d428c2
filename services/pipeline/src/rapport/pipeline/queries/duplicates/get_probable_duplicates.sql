-- name: get_probable_duplicates
-- A page of the pairs that nobody has decided about, the likeliest first, and how many there are, if that is asked for;
-- none of a private person whom the viewer ($4) may not see.
WITH page AS MATERIALIZED (
    SELECT person_id, other_id, reason, score, found_at, id FROM probable_duplicate
    WHERE kept_apart_at IS NULL AND (score, id) < ($1::real, $2::uuid) AND are_shown(person_id, other_id, $4)
    ORDER BY score DESC, id DESC LIMIT $3 + 1
), kept AS (
    SELECT * FROM page ORDER BY score DESC, id DESC LIMIT $3
)
SELECT json_build_object(
    'edges', (SELECT coalesce(json_agg(json_build_object(
        'cursor', json_build_array(score::text, id::text), 'node', json_build_object(
            'id', id, 'person_id', person_id, 'other_id', other_id, 'reason', reason, 'score', score, 'found_at', found_at)
    ) ORDER BY score DESC, id DESC), '[]') FROM kept),
    'has_next', (SELECT count(*) > $3 FROM page),
    'total', CASE WHEN $5::boolean THEN (
        SELECT count(*) FROM probable_duplicate
        WHERE kept_apart_at IS NULL AND are_shown(person_id, other_id, $4)) END
)::text
