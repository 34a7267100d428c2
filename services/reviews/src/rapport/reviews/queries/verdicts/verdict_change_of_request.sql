-- name: verdict_change_of_request
-- Whether this very request was carried out before, and what it asked for.
SELECT true AS found, request_hash FROM verdict_change WHERE verdict_id = $1 AND cause = $2
