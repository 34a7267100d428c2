-- name: lock_merges
-- Merging and undoing are decided one after the other.
SELECT pg_advisory_xact_lock(hashtextextended(current_org() || ' merges', 0))
