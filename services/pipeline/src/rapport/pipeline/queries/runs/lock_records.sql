-- name: lock_records
-- Whoever takes a connection's records in, and whoever ends them, take turns: otherwise a page that was read before a
-- record ended could be written after it, and nothing would find what it brought back.
SELECT pg_advisory_xact_lock(hashtextextended(current_org() || ' records ' || $1, 0))
