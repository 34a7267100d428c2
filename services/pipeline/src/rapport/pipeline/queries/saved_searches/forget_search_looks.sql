-- name: forget_search_looks
-- Whom a search found says nothing about another one, nor about one that is gone.
DELETE FROM search_look WHERE search_id = $1
