-- name: lock_messages_of_person
-- Messages first, then whom they are for, as whoever hands one over takes them; what they record meanwhile is waited for.
SELECT id FROM message WHERE person_id = $1 ORDER BY id FOR UPDATE
