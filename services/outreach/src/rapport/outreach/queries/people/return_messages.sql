-- name: return_messages
-- A merge was undone: what was written to these records goes back with them ($1), with what was answered, and with who
-- took them over.
WITH returned AS (
    UPDATE message SET person_id = $1 WHERE person_id = $2 AND record_id = ANY($3::uuid[]) RETURNING id
), takeovers AS (
    UPDATE takeover SET person_id = $1 WHERE person_id = $2 AND record_id = ANY($3::uuid[])
), requests AS (
    UPDATE takeover_request SET person_id = $1 WHERE person_id = $2 AND record_id = ANY($3::uuid[])
)
UPDATE reply SET person_id = $1 WHERE person_id = $2 AND message_id IN (SELECT id FROM returned)
