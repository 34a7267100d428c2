-- name: set_working_hours
-- Of a user, or of everybody who has none of their own ($1 is null).
INSERT INTO working_hours (org_id, user_id, zone, weekdays, begins, ends, country, subdivision, changed_by, changed_at)
VALUES (current_org(), $1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (org_id, user_id) DO UPDATE
SET zone = excluded.zone, weekdays = excluded.weekdays, begins = excluded.begins, ends = excluded.ends, country = excluded.country,
    subdivision = excluded.subdivision, changed_by = excluded.changed_by, changed_at = excluded.changed_at
