-- name: get_waiting_reviews
-- Open reviews in which a user ($1) owes verdicts, and those they requested in which others do: at most $2 of each as
-- they are answered, and how many there are.
WITH owed AS (
    SELECT r.id AS review_id, r.job_id, r.job_title, r.requested_by, r.requester_name, c.people, c.decided, r.due_at,
        v.asked_at
    FROM reviewer v
    JOIN review r ON r.org_id = v.org_id AND r.id = v.review_id
    CROSS JOIN LATERAL (SELECT
        (SELECT count(*) FROM item i WHERE i.org_id = v.org_id AND i.review_id = v.review_id) AS people,
        (SELECT count(*) FROM verdict g WHERE g.org_id = v.org_id AND g.review_id = v.review_id
            AND g.reviewer_id = v.user_id AND g.taken_back_at IS NULL) AS decided
    ) c
    WHERE v.user_id = $1 AND v.finished_at IS NULL AND r.closed_at IS NULL AND c.decided < c.people
), awaited AS (
    SELECT r.id AS review_id, r.job_id, r.job_title, max(c.people) AS people, r.due_at, r.created_at AS requested_at,
        json_agg(json_build_object(
            'user_id', v.user_id, 'name', v.name, 'decided', c.decided, 'asked_at', v.asked_at,
            'last_written_to_at', (SELECT max(n.created_at) FROM notification n
                WHERE n.org_id = v.org_id AND n.review_id = v.review_id AND n.recipient_id = v.user_id
                    AND n.kind <> 'review_completed')
        ) ORDER BY v.position) AS reviewers
    FROM review r
    JOIN reviewer v ON v.org_id = r.org_id AND v.review_id = r.id
    CROSS JOIN LATERAL (SELECT
        (SELECT count(*) FROM item i WHERE i.org_id = v.org_id AND i.review_id = v.review_id) AS people,
        (SELECT count(*) FROM verdict g WHERE g.org_id = v.org_id AND g.review_id = v.review_id
            AND g.reviewer_id = v.user_id AND g.taken_back_at IS NULL) AS decided
    ) c
    WHERE r.requested_by = $1 AND r.closed_at IS NULL AND v.user_id <> $1 AND v.finished_at IS NULL
        AND c.decided < c.people
    GROUP BY r.org_id, r.id
)
SELECT json_build_object(
    'owed', (SELECT coalesce(json_agg(o ORDER BY o.due_at, o.asked_at, o.review_id), '[]') FROM (
        SELECT * FROM owed ORDER BY due_at, asked_at, review_id LIMIT $2::integer) o),
    'owed_total', (SELECT count(*) FROM owed),
    'awaited', (SELECT coalesce(json_agg(a ORDER BY a.due_at, a.requested_at, a.review_id), '[]') FROM (
        SELECT * FROM awaited ORDER BY due_at, requested_at, review_id LIMIT $2) a),
    'awaited_total', (SELECT count(*) FROM awaited)
)::text
