-- name: lock_messages_of_person
-- Messages first, then their recipient, in the order of a hand-over, to avoid deadlocks.
SELECT id FROM message WHERE person_id = $1 ORDER BY id FOR UPDATE
