-- name: accept_missing
-- An operator has looked: what the ATS no longer has is to end here, however much it is.
UPDATE comparison SET accept_missing = true WHERE connection = $1
