-- name: count_stages_of_check_in
-- As the board counts them, without its cards: of job $1, for viewer $2.
SELECT coalesce(json_agg(json_build_object(
    'stage', json_build_object('id', s.id, 'name', s.name, 'kind', s.kind, 'position', s.position, 'active', s.active),
    'count', c.count, 'red', c.red, 'yellow', c.yellow) ORDER BY s.position), '[]')::text
FROM stage_document s
CROSS JOIN LATERAL (
    SELECT count(*) AS count, count(*) FILTER (WHERE b.red > 0) AS red,
        count(*) FILTER (WHERE b.red = 0 AND b.yellow > 0) AS yellow
    FROM board_card b
    WHERE b.org_id = s.org_id AND b.job_id = s.job_id AND b.stage_id = s.id
        AND is_visible_to($2, (b.card ->> 'person_id')::uuid, b.private)
) c
WHERE s.job_id = $1 AND (s.active OR c.count > 0)
