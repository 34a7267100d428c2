-- name: postpone_ats_write
-- The ATS was not ready; tried again later, under the same expectation.
UPDATE ats_write SET next_try_at = now() + make_interval(secs => $2), reason = $3 WHERE id = $1 AND state = 'waiting'
