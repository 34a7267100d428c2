-- name: hold_read_model
-- Whoever applies facts waits until the end of the transaction.
SELECT hold_read_model($1::text[])
