-- name: postpone_addition
-- Tried again later; if no answer came, not before the ATS's lists must show what was carried out.
UPDATE application_addition
SET next_try_at = now() + make_interval(secs => $2), reason = $3, unanswered = unanswered OR $4
WHERE id = $1 AND state = 'waiting'
