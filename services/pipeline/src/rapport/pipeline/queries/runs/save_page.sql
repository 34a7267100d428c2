-- name: save_page
-- Commits together with the page's records: an interrupted run resumes with the next page.
UPDATE sync_collection
SET records = records + $3, next_page = $4, done = $5, read_until = CASE WHEN $5 THEN $6 ELSE read_until END
WHERE connection = $1 AND collection = $2
