-- name: get_cards_by_ids
-- Rendered cards by application; those of jobs the viewer does not see are left out.
SELECT '{"items":[' || coalesce(string_agg(
    '{"job_id":"' || b.job_id || '","card":' || shown_card(b.card, b.attention, in_sync_at(b.job_id)) || '}', ','), '')
    || ']}'
FROM board_card b
WHERE b.application_id = ANY($2::uuid[])
    AND is_visible_to($3, (b.card ->> 'person_id')::uuid, b.private)
    AND ($1::uuid IS NULL OR EXISTS (
        SELECT 1 FROM job_team t WHERE t.org_id = b.org_id AND t.job_id = b.job_id AND t.user_id = $1))
