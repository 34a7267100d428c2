-- name: get_attention_settings
-- What a user ($1) sees of it: their own hours and absences, everybody's hours, and the thresholds of all jobs and of
-- one ($2).
WITH said AS (
    SELECT h.user_id, to_jsonb(h) || jsonb_build_object(
        'begins', to_char(h.begins, 'HH24:MI'), 'ends', to_char(h.ends, 'HH24:MI')) AS hours
    FROM working_hours h WHERE h.user_id IS NULL OR h.user_id = $1
)
SELECT json_build_object(
    'organisation', (SELECT hours FROM said WHERE user_id IS NULL),
    'viewer', (SELECT hours FROM said WHERE user_id = $1),
    'absences', (SELECT coalesce(json_agg(a ORDER BY a.first_day, a.id), '[]') FROM (
        SELECT id, user_id, first_day, last_day FROM absence WHERE user_id = $1 AND last_day >= now()::date
        ORDER BY first_day, id LIMIT 500) a),
    'thresholds', (SELECT coalesce(json_agg(t ORDER BY t.job_id NULLS FIRST, t.reason), '[]') FROM attention_threshold t
        WHERE t.job_id IS NULL OR t.job_id = $2)
)::text
