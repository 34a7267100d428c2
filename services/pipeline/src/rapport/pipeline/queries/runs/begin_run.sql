-- name: begin_run
-- An interrupted run resumes where it stopped; only a finished one starts again.
INSERT INTO sync_run AS mine (org_id, connection, kind, phase, "full", started_at)
VALUES (current_org(), $1, $2, 'running', $3, $4)
ON CONFLICT (org_id, connection) DO UPDATE
SET phase = 'running', "full" = excluded."full", started_at = excluded.started_at, finished_at = NULL,
    error = NULL, requested = NULL
