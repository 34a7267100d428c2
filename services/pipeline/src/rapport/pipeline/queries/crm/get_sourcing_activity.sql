-- name: get_sourcing_activity
-- What a user ($1) did from $3 up to but without $4, for one job ($2) or all together. A profile counts when it was
-- viewed first, whatever was viewed again since; the first message to a person is the first ever.
WITH profiles AS (
    SELECT kind, profile, min(occurred_at) AS first FROM sourcing_activity
    WHERE user_id = $1 AND ($2::uuid IS NULL OR job_id = $2)
    GROUP BY kind, profile
), sent AS (
    SELECT occurred_at, row_number() OVER (PARTITION BY person_id ORDER BY occurred_at, id) AS nth
    FROM sourcing_outcome WHERE user_id = $1 AND kind = 'message' AND ($2::uuid IS NULL OR job_id = $2)
)
SELECT json_build_object(
    'profiles_viewed', (SELECT count(*) FROM profiles WHERE kind = 'viewed' AND first >= $3 AND first < $4),
    'people_added', (SELECT count(*) FROM profiles WHERE kind = 'added' AND first >= $3 AND first < $4),
    'first_messages', (SELECT count(*) FROM sent WHERE nth = 1 AND occurred_at >= $3 AND occurred_at < $4),
    'follow_ups', (SELECT count(*) FROM sent WHERE nth > 1 AND occurred_at >= $3 AND occurred_at < $4),
    'replies', (
        SELECT count(*) FROM sourcing_outcome r
        WHERE r.user_id = $1 AND r.kind = 'reply' AND ($2::uuid IS NULL OR r.job_id = $2)
            AND r.occurred_at >= $3 AND r.occurred_at < $4),
    'converted', (
        SELECT count(*) FROM sourcing_outcome a
        WHERE a.kind = 'application' AND ($2::uuid IS NULL OR a.job_id = $2)
            AND a.occurred_at >= $3 AND a.occurred_at < $4
            AND (EXISTS (
                SELECT 1 FROM sourcing_outcome m
                WHERE m.org_id = a.org_id AND m.user_id = $1 AND m.kind = 'message' AND m.person_id = a.person_id
                    AND m.occurred_at <= a.occurred_at)
            OR EXISTS (
                SELECT 1 FROM sourcing_activity s
                WHERE s.org_id = a.org_id AND s.user_id = $1 AND s.kind = 'added' AND s.person_id = a.person_id
                    AND s.occurred_at <= a.occurred_at)))
)::text
