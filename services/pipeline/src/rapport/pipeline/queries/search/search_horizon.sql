-- name: search_horizon
-- Every transaction before this one has ended: what it changed can be seen.
SELECT pg_snapshot_xmin(pg_current_snapshot())::text
