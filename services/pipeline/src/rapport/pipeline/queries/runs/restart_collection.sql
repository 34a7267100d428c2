-- name: restart_collection
-- The ATS no longer knows the page we stopped at; reading a page twice is harmless.
UPDATE sync_collection SET records = 0, next_page = NULL WHERE connection = $1 AND collection = $2
