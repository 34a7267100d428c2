-- name: postpone_note_write
-- Tried again later; if no answer came, not before the ATS's lists must show what was carried out.
UPDATE note_write SET next_try_at = now() + make_interval(secs => $2), reason = $3 WHERE note_id = $1 AND state = 'waiting'
