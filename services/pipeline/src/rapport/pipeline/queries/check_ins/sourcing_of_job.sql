-- name: sourcing_of_job
-- What all users together did for job $1 since $2, as get_sourcing_activity counts what one of them did: each profile
-- and each person once, whoever was first.
WITH profiles AS (
    SELECT kind, profile, min(occurred_at) AS first FROM sourcing_activity WHERE job_id = $1 GROUP BY kind, profile
), sent AS (
    SELECT occurred_at, row_number() OVER (PARTITION BY person_id ORDER BY occurred_at, id) AS nth
    FROM sourcing_outcome WHERE job_id = $1 AND kind = 'message'
)
SELECT json_build_object(
    'profiles_viewed', (SELECT count(*) FROM profiles WHERE kind = 'viewed' AND first >= $2),
    'people_added', (SELECT count(*) FROM profiles WHERE kind = 'added' AND first >= $2),
    'first_messages', (SELECT count(*) FROM sent WHERE nth = 1 AND occurred_at >= $2),
    'follow_ups', (SELECT count(*) FROM sent WHERE nth > 1 AND occurred_at >= $2),
    'replies', (
        SELECT count(*) FROM sourcing_outcome r WHERE r.job_id = $1 AND r.kind = 'reply' AND r.occurred_at >= $2),
    'converted', (
        SELECT count(*) FROM sourcing_outcome a
        WHERE a.job_id = $1 AND a.kind = 'application' AND a.occurred_at >= $2
            AND (EXISTS (
                SELECT 1 FROM sourcing_outcome m
                WHERE m.org_id = a.org_id AND m.kind = 'message' AND m.person_id = a.person_id
                    AND m.occurred_at <= a.occurred_at)
            OR EXISTS (
                SELECT 1 FROM sourcing_activity s
                WHERE s.org_id = a.org_id AND s.kind = 'added' AND s.person_id = a.person_id
                    AND s.occurred_at <= a.occurred_at)))
)::text
