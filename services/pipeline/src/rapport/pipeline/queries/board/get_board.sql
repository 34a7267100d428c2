-- name: get_board
-- A job's board in one answer: rendered cards are passed through, longest in the stage first. Text is put together
-- here, as json_agg would copy every card once for each level that it is below.
SELECT '{"job":' || row_to_json(j)::text || ',"columns":[' || coalesce((
    SELECT string_agg(
        '{"stage":' || json_build_object(
            'id', s.id, 'name', s.name, 'kind', s.kind, 'position', s.position, 'active', s.active)::text
        || ',"count":' || CASE
            -- All of them were found, if the page begins where the list does and has room for more.
            WHEN c.found <= $6 AND $4 < '0002-01-01' THEN c.found
            ELSE (SELECT count(*) FROM board_card b
                  WHERE b.org_id = s.org_id AND b.job_id = s.job_id AND b.stage_id = s.id)
                - (SELECT count(*) FROM board_card b
                   WHERE b.org_id = s.org_id AND b.job_id = s.job_id AND b.stage_id = s.id AND NOT is_visible_to($7, (b.card ->> 'person_id')::uuid, b.private))
        END
        || (SELECT ',"red":' || count(*) FILTER (WHERE b.red > 0) || ',"yellow":' || count(*) FILTER (WHERE b.red = 0)
            FROM board_card b
            WHERE b.org_id = s.org_id AND b.job_id = s.job_id AND b.stage_id = s.id AND (b.red > 0 OR b.yellow > 0)
                AND is_visible_to($7, (b.card ->> 'person_id')::uuid, b.private))
        || ',"cards":{"edges":[' || coalesce(c.edges, '') || '],"has_next":' || (c.found > $6)::text || '}}',
        ',' ORDER BY s.position)
    FROM stage_document s
    CROSS JOIN LATERAL (
        SELECT count(*) AS found, string_agg(
            '{"cursor":[' || to_json(n.stage_entered_at)::text || ',"' || n.application_id || '"],"node":'
            || shown_card(n.card, n.attention, r.in_sync_at) || '}',
            ',' ORDER BY n.place) FILTER (WHERE n.place <= $6) AS edges
        FROM (
            SELECT b.stage_entered_at, b.application_id, b.card, b.attention,
                row_number() OVER (ORDER BY b.stage_entered_at, b.application_id) AS place
            FROM board_card b
            WHERE b.org_id = s.org_id AND b.job_id = s.job_id AND b.stage_id = s.id
                AND (b.stage_entered_at, b.application_id) > ($4::timestamptz, $5::uuid)
                AND is_visible_to($7, (b.card ->> 'person_id')::uuid, b.private)
            ORDER BY b.stage_entered_at, b.application_id
            LIMIT $6 + 1
        ) n
    ) c
    WHERE s.org_id = j.org_id AND s.job_id = j.id AND ($3::uuid IS NULL OR s.id = $3)
        AND (s.active OR c.found > 0)
), '') || ']}'
FROM jobs_seen_by($7) j
CROSS JOIN (SELECT in_sync_at($2) AS in_sync_at) r
WHERE j.id = $2
    AND ($1::uuid IS NULL OR EXISTS (
        SELECT 1 FROM job_team t WHERE t.org_id = j.org_id AND t.job_id = j.id AND t.user_id = $1))
