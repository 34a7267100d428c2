-- name: lock_flag
-- The application of a flag that the viewer sees, as in get_attention, locked; and which of its flags it is.
SELECT a.id, f.job_id, f.reason, f.subject_id
FROM attention_flag f
JOIN application a ON a.org_id = f.org_id AND a.id = f.application_id AND a.status = 'active' AND a.removed_at IS NULL
JOIN person p ON p.org_id = a.org_id AND p.id = a.person_id AND p.deleted_at IS NULL
WHERE f.id = $1 AND is_visible_to($3, p.id, p.is_private)
    AND ($2::uuid IS NULL OR EXISTS (
        SELECT 1 FROM job_team t WHERE t.org_id = f.org_id AND t.job_id = f.job_id AND t.user_id = $2)
        OR f.owner_id = $2 AND interviews($2, f.application_id))
FOR NO KEY UPDATE OF a
