-- name: message_ids_of_all
-- One statement for each way to ask: with optional filters in one, no plan fits them all.
SELECT id FROM message WHERE (created_at, id) < ($1::timestamptz, $2::uuid) ORDER BY created_at DESC, id DESC LIMIT $3
