-- name: reassign_messages
-- Two people turned out to be one: what was written to the one was written to the other, and who was in touch with them.
WITH replies AS (
    UPDATE reply SET person_id = $2 WHERE person_id = $1
), takeovers AS (
    UPDATE takeover SET person_id = $2 WHERE person_id = $1
), requests AS (
    UPDATE takeover_request SET person_id = $2 WHERE person_id = $1
)
UPDATE message SET person_id = $2 WHERE person_id = $1
