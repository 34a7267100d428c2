-- name: lock_diversity_sourcing
-- Changes take turns, the first one as well, before there is a row.
SELECT pg_advisory_xact_lock(hashtextextended('diversity sourcing ' || current_org(), 0))
