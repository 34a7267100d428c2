-- name: request_run
-- A user requested a run; a full one outweighs one of changes.
INSERT INTO sync_run AS mine (org_id, connection, kind, phase, "full", requested)
VALUES (current_org(), $1, $2, 'not_started', true, $3)
ON CONFLICT (org_id, connection) DO UPDATE
SET requested = CASE WHEN mine.requested = 'full' THEN 'full' ELSE excluded.requested END
