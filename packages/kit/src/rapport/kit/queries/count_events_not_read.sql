-- name: count_events_not_read
-- How many events a consumer has applied that the stream did not hold.
SELECT count_events_not_read($1)
