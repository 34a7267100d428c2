-- name: lock_read_model
-- Consumers that apply events wait until the end of the transaction.
SELECT lock_read_model($1::text[])
