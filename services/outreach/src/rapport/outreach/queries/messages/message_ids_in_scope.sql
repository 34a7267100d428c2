-- name: message_ids_in_scope
-- For those who read only some ($5): what they wrote, what comes from them, and what is about the jobs on whose team they
-- are (if $6), each read by its own index; in one state, if given ($4).
SELECT found.id FROM (
    (SELECT m.id, m.created_at FROM message m
     WHERE m.author_id = $5::uuid AND (m.created_at, m.id) < ($1::timestamptz, $2::uuid)
         AND ($4::text IS NULL OR m.state = $4)
     ORDER BY m.created_at DESC, m.id DESC LIMIT $3)
    UNION
    (SELECT m.id, m.created_at FROM message m
     WHERE m.from_user_id = $5 AND (m.created_at, m.id) < ($1, $2) AND ($4 IS NULL OR m.state = $4)
     ORDER BY m.created_at DESC, m.id DESC LIMIT $3)
    UNION
    (SELECT of_team.id, of_team.created_at FROM job j CROSS JOIN LATERAL (
        SELECT m.id, m.created_at FROM message m
        WHERE m.org_id = j.org_id AND m.job_id = j.id AND (m.created_at, m.id) < ($1, $2)
            AND ($4 IS NULL OR m.state = $4)
        ORDER BY m.created_at DESC, m.id DESC LIMIT $3
     ) of_team WHERE $6::boolean AND $5 = ANY(j.team))
) found
ORDER BY found.created_at DESC, found.id DESC LIMIT $3
