-- name: verdict_change_of_request
-- The change that the request with this key made before, and its hash.
SELECT true AS found, request_hash FROM verdict_change WHERE verdict_id = $1 AND cause = $2
