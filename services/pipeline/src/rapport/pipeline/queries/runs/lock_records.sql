-- name: lock_records
-- Ingesting and ending a connection's records exclude each other: otherwise a page that was read before a record ended
-- could be written after it, and nothing would find the restored record.
SELECT pg_advisory_xact_lock(hashtextextended(current_org() || ' records ' || $1, 0))
