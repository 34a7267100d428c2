-- name: count_searches_of
-- How many searches a user saved.
SELECT count(*) FROM saved_search WHERE owner_id = $1
