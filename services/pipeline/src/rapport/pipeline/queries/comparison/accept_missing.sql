-- name: accept_missing
-- An operator has confirmed: everything the ATS no longer has ends here, however much it is.
UPDATE comparison SET accept_missing = true WHERE connection = $1
