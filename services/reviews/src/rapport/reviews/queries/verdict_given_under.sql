-- name: verdict_given_under
-- Whether this very request was carried out before, and what it said.
SELECT verdict, note, visibility FROM verdict_change WHERE verdict_id = $1 AND cause = $2
