-- name: lock_due
-- After their applications, and before what is known of them is read: whoever has something new about them waits, and
-- has them looked at again.
SELECT application_id FROM attention_due WHERE application_id = ANY($1::uuid[]) ORDER BY application_id FOR UPDATE
