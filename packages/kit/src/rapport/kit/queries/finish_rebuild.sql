-- name: finish_rebuild
-- Puts right what differs in one organisation's rows of a table; answers how many rows that were.
SELECT finish_rebuild($1)
