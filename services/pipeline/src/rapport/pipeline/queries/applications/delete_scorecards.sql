-- name: delete_scorecards
-- Withdrawn: the cards that counted them are rendered again.
DELETE FROM scorecard WHERE id = ANY($1::uuid[]) RETURNING application_id AS id
