-- name: forget_search_changes
-- What every index has followed long ago.
DELETE FROM search_change WHERE org_id = current_org() AND change < ($1::text)::xid8
