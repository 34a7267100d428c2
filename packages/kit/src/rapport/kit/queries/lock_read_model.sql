-- name: lock_read_model
-- Whoever applies events waits until the end of the transaction.
SELECT hold_read_model($1::text[])
