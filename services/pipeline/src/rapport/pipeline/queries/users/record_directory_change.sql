-- name: record_directory_change
-- Kept for good.
INSERT INTO directory_change (org_id, id, user_id, changed_by, at, change, role, "grant", job_id, team_role)
VALUES (current_org(), $1, $2, $3, $4, $5, $6, $7, $8, $9)
