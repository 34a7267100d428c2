-- name: take_access
-- What comes from the ATS is not here.
DELETE FROM user_access WHERE user_id = $1 AND kind = $2 AND name = $3
