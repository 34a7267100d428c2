-- name: lock_flag
-- The application of a flag that the viewer sees, as in get_attention.
SELECT a.id, a.job_id FROM application a
WHERE a.id = (
    SELECT f.application_id FROM flag_document f JOIN person p ON p.org_id = f.org_id AND p.id = f.person_id
    WHERE f.id = $1 AND p.deleted_at IS NULL AND is_visible_to($3, p.id, p.is_private)
        AND ($2::uuid IS NULL OR EXISTS (
            SELECT 1 FROM job_team t WHERE t.org_id = f.org_id AND t.job_id = f.job_id AND t.user_id = $2)))
FOR NO KEY UPDATE
