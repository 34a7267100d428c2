-- name: sees_person
-- Those of these people whom the viewer may see; one bound to hiring teams sees who applied for the jobs of theirs; a private
-- one is seen by who is close to them ($3, unless the viewer sees everybody).
SELECT p.id FROM person p
WHERE p.id = ANY($1::uuid[]) AND p.deleted_at IS NULL AND p.merged_into IS NULL
    AND is_visible_to($3, p.id, p.is_private)
    AND ($2::uuid IS NULL OR EXISTS (
    SELECT 1 FROM application a
    JOIN job_team t ON t.org_id = a.org_id AND t.job_id = a.job_id
    WHERE a.org_id = p.org_id AND a.person_id = p.id AND a.removed_at IS NULL AND t.user_id = $2))
