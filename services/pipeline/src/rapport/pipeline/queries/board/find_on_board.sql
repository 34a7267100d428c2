-- name: find_on_board
-- A job's board as get_board answers it, under a filter or in the order of attention, and what it can be
-- filtered by: each is counted among the cards that fit all other conditions.
WITH seen AS MATERIALIZED (
    SELECT b.org_id, b.stage_id, b.application_id, b.stage_entered_at, b.card, b.attention, b.red, b.yellow,
        b.source, b.origin, b.recruiter_id, b.coordinator_id, l.quiet_since, f.*,
        CASE WHEN NOT $9 THEN 0 WHEN b.red > 0 THEN 0 WHEN b.yellow > 0 THEN 1 ELSE 2 END AS rank
    FROM board_card b
    CROSS JOIN LATERAL (
        SELECT CASE WHEN $15::integer IS NOT NULL OR $16
            THEN coalesce((b.card ->> 'last_activity_at')::timestamptz, b.stage_entered_at) END AS quiet_since
    ) l
    CROSS JOIN LATERAL (
        SELECT
            $10::text[] = '{}' OR b.about LIKE ALL (SELECT search_text(w) FROM unnest($10::text[]) AS w) AS named,
            ($11::text IS NULL OR b.source = $11) AND ($12::text IS NULL OR b.source IS NULL AND b.origin = $12)
                AS sourced,
            $13::uuid IS NULL OR $13 IN (b.recruiter_id, b.coordinator_id) AS looked_after,
            $14::text IS NULL OR coalesce((b.attention -> 'reasons')::jsonb ? $14, false) AS flagged,
            $15::integer IS NULL OR l.quiet_since <= now() - make_interval(days => $15) AS quiet
    ) f
    WHERE b.org_id = current_org() AND b.job_id = $2 AND ($3::uuid IS NULL OR b.stage_id = $3)
        AND is_visible_to($8, (b.card ->> 'person_id')::uuid, b.private)
), fitting AS (
    SELECT * FROM seen WHERE named AND sourced AND coalesce(looked_after, false) AND flagged AND quiet
), placed AS (
    SELECT *, row_number() OVER (PARTITION BY stage_id ORDER BY rank, stage_entered_at, application_id) AS place
    FROM fitting WHERE (rank, stage_entered_at, application_id) > ($4::integer, $5::timestamptz, $6::uuid)
), pages AS (
    SELECT stage_id, max(place) > $7 AS has_next, string_agg(
        '{"cursor":["' || CASE WHEN $9 THEN rank || ' ' ELSE '' END || trim(BOTH '"' FROM to_json(stage_entered_at)::text)
        || '","' || application_id || '"],"node":' || shown_card(card, attention, r.in_sync_at) || '}', ',' ORDER BY place
    ) FILTER (WHERE place <= $7) AS edges
    FROM placed CROSS JOIN (SELECT in_sync_at($2) AS in_sync_at) r WHERE place <= $7 + 1 GROUP BY stage_id
), counts AS (
    SELECT stage_id, count(*) AS count, count(*) FILTER (WHERE red > 0) AS red,
        count(*) FILTER (WHERE red = 0 AND yellow > 0) AS yellow,
        to_timestamp(percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM stage_entered_at)))
            AS median_entered_at
    FROM seen GROUP BY stage_id
), found AS (
    SELECT stage_id, count(*) AS found FROM fitting GROUP BY stage_id
), facets AS (
    SELECT json_build_object(
        'sources', (
            SELECT coalesce(json_agg(c ORDER BY count DESC, source, origin), '[]') FROM (
                SELECT source, CASE WHEN source IS NULL THEN origin END AS origin, count(*) AS count FROM seen
                WHERE named AND coalesce(looked_after, false) AND flagged AND quiet
                GROUP BY source, CASE WHEN source IS NULL THEN origin END
                ORDER BY count(*) DESC, 1, 2 LIMIT 100
            ) c),
        'members', (
            SELECT coalesce(json_agg(c ORDER BY count DESC, user_id), '[]') FROM (
                SELECT m.user_id, count(*) AS count
                FROM seen, LATERAL (SELECT recruiter_id UNION SELECT coordinator_id) m (user_id)
                WHERE m.user_id IS NOT NULL AND named AND sourced AND flagged AND quiet
                GROUP BY m.user_id ORDER BY count(*) DESC, 1 LIMIT 100
            ) c),
        'reasons', (
            SELECT coalesce(json_agg(c ORDER BY count DESC, reason), '[]') FROM (
                SELECT r.reason, count(*) AS count FROM seen, json_array_elements_text(attention -> 'reasons') r (reason)
                WHERE named AND sourced AND coalesce(looked_after, false) AND quiet
                GROUP BY r.reason
            ) c),
        'quiet', (
            SELECT json_agg(c ORDER BY days) FROM (
                SELECT d.days, count(*) FILTER (WHERE quiet_since <= now() - make_interval(days => d.days))
                    AS count
                FROM unnest($17::integer[]) AS d (days)
                LEFT JOIN seen ON named AND sourced AND coalesce(looked_after, false) AND flagged
                GROUP BY d.days
            ) c)
    ) AS facets
)
SELECT '{"job":' || row_to_json(j)::text || ',"columns":[' || coalesce((
    SELECT string_agg(
        '{"stage":' || json_build_object(
            'id', s.id, 'name', s.name, 'kind', s.kind, 'position', s.position, 'active', s.active)::text
        || ',"count":' || coalesce(c.count, 0) || ',"red":' || coalesce(c.red, 0)
        || ',"yellow":' || coalesce(c.yellow, 0) || ',"found":' || coalesce(f.found, 0)
        || ',"median_entered_at":' || coalesce(to_json(c.median_entered_at)::text, 'null')
        || ',"cards":{"edges":[' || coalesce(p.edges, '') || '],"has_next":' || coalesce(p.has_next, false)::text || '}}',
        ',' ORDER BY s.position)
    FROM stage_document s
    LEFT JOIN counts c ON c.stage_id = s.id
    LEFT JOIN found f ON f.stage_id = s.id
    LEFT JOIN pages p ON p.stage_id = s.id
    WHERE s.org_id = j.org_id AND s.job_id = j.id AND ($3::uuid IS NULL OR s.id = $3) AND (s.active OR c.count > 0)
), '') || '],"facets":' || CASE WHEN $16 THEN (SELECT facets FROM facets)::text ELSE 'null' END || '}'
FROM jobs_seen_by($8) j
WHERE j.id = $2
    AND ($1::uuid IS NULL OR EXISTS (
        SELECT 1 FROM job_team t WHERE t.org_id = j.org_id AND t.job_id = j.id AND t.user_id = $1))
