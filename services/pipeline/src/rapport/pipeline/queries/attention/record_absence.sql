-- name: record_absence
-- The same request twice records one.
INSERT INTO absence (org_id, id, user_id, first_day, last_day, recorded_by, recorded_at)
VALUES (current_org(), $1, $2, $3, $4, $2, $5) ON CONFLICT (org_id, id) DO NOTHING
