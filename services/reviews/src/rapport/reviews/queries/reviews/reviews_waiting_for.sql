-- name: reviews_waiting_for
-- Those in which the viewer has still to decide or to finish, the first due first; those without a due date last.
-- A user is a reviewer of few: what is open, of which job and whom it is about is checked one by one.
SELECT id, due_at
FROM (
    SELECT r.id, coalesce(r.due_at, '9999-01-01 00:00:00+00') AS due_at
    FROM reviewer v
    JOIN review r ON r.org_id = v.org_id AND r.id = v.review_id
    WHERE v.user_id = $1 AND v.finished_at IS NULL AND r.closed_at IS NULL
        AND ($2::uuid IS NULL OR r.job_id = $2)
        AND ($3::uuid[] = '{}'
            OR EXISTS (SELECT 1 FROM item i WHERE i.org_id = r.org_id AND i.review_id = r.id AND i.person_id = ANY($3)))
) waiting
WHERE (due_at, id) > ($4::timestamptz, $5::uuid)
ORDER BY due_at, id
LIMIT $6::integer + 1
