-- name: reviews_due
-- Open reviews about which something may be due: all links expired, a reviewer who said all and left, or, while people
-- work, a reminder of the due date that has not been made. Narrow enough that what waits for office hours is not looked
-- at all night.
SELECT r.id
FROM review r
WHERE r.closed_at IS NULL AND r.id > $6 AND (
    NOT EXISTS (
        SELECT 1 FROM reviewer v JOIN link l ON l.org_id = v.org_id AND l.id = v.link_id
        WHERE v.org_id = r.org_id AND v.review_id = r.id AND l.expires_at > $1)
    OR EXISTS (
        SELECT 1 FROM reviewer v
        WHERE v.org_id = r.org_id AND v.review_id = r.id AND v.finished_at IS NULL
            AND (SELECT count(*) FROM item i WHERE i.org_id = r.org_id AND i.review_id = r.id)
                = (SELECT count(*) FILTER (WHERE g.given_at <= $2) FROM verdict g
                   WHERE g.org_id = r.org_id AND g.review_id = r.id AND g.reviewer_id = v.user_id
                       AND g.taken_back_at IS NULL))
    OR ($3::boolean AND (r.due_at BETWEEN $1 AND $4 OR r.due_at <= $5) AND EXISTS (
        SELECT 1 FROM reviewer v
        WHERE v.org_id = r.org_id AND v.review_id = r.id AND v.finished_at IS NULL
            AND NOT EXISTS (
                SELECT 1 FROM notification n
                WHERE n.org_id = r.org_id AND n.review_id = r.id AND n.recipient_id = v.user_id
                    AND n.kind = CASE WHEN r.due_at <= $5 THEN 'review_overdue' ELSE 'review_due_soon' END
                    -- Of this date: another one has its own reminder. The occasions of other kinds are no dates.
                    AND CASE WHEN n.kind IN ('review_due_soon', 'review_overdue')
                        THEN n.occasion::timestamptz = r.due_at END)))
)
ORDER BY r.id
LIMIT $7
