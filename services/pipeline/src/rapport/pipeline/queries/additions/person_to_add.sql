-- name: person_to_add
-- A person ($1) whom the viewer ($3) may see, locked with what stands for them; and the job ($2), with whether people are being
-- hired for it, and whether the person is pursued for it already.
SELECT p.id AS person_id, j.connection, j.status, EXISTS (
        SELECT 1 FROM application o
        WHERE o.org_id = p.org_id AND o.person_id = p.id AND o.job_id = j.id AND o.status = 'active'
            AND o.removed_at IS NULL) AS pursued
FROM person p JOIN job j ON j.org_id = p.org_id
WHERE p.id = $1 AND p.deleted_at IS NULL AND p.merged_into IS NULL AND is_visible_to($3, p.id, p.is_private)
    AND j.id = $2 AND j.removed_at IS NULL
FOR UPDATE OF p
