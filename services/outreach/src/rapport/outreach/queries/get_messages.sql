-- name: get_messages
-- A page of messages, the newest first: every one ($1), one's own ($2), those of the jobs on whose team one is ($3).
WITH page AS MATERIALIZED (
    SELECT m.org_id, m.id, m.created_at FROM message m
    WHERE ($4::uuid IS NULL OR m.person_id = $4)
        AND ($5::text IS NULL OR m.state = $5)
        AND ($1::boolean OR $2::uuid IN (m.author_id, m.from_user_id) OR ($3::boolean AND EXISTS (
            SELECT 1 FROM job j WHERE j.org_id = m.org_id AND j.id = m.job_id AND $2 = ANY(j.team))))
        AND (m.created_at, m.id) < ($6::timestamptz, $7::uuid)
    ORDER BY m.created_at DESC, m.id DESC
    LIMIT $8 + 1
), kept AS (
    SELECT d.* FROM (SELECT * FROM page ORDER BY created_at DESC, id DESC LIMIT $8) p
    JOIN message_document d ON d.org_id = p.org_id AND d.id = p.id
)
SELECT json_build_object(
    'edges', (SELECT coalesce(json_agg(json_build_object(
        'cursor', json_build_array(to_json(created_at), id::text), 'node', row_to_json(kept)
    ) ORDER BY created_at DESC, id DESC), '[]') FROM kept),
    'has_next', (SELECT count(*) > $8 FROM page)
)::text
