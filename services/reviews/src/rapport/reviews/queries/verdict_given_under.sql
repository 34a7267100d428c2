-- name: verdict_given_under
-- Whether this very request was carried out before, and what it asked for.
SELECT true AS found, asked FROM verdict_change WHERE verdict_id = $1 AND cause = $2
