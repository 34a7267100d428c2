-- name: lock_due
-- After their applications, and before their facts are read: a transaction that marks one of them due waits for the end,
-- and marks it again.
SELECT application_id FROM attention_due WHERE application_id = ANY($1::uuid[]) ORDER BY application_id FOR UPDATE
