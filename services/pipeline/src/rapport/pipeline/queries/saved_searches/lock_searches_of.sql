-- name: lock_searches_of
-- Until the end of the unit of work nobody else saves a search as this user. A statement of its own: what follows it sees
-- what was saved by whoever had the lock before.
SELECT pg_advisory_xact_lock(hashtextextended('saved searches of ' || current_org() || $1::uuid::text, 0))
