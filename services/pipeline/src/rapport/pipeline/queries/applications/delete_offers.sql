-- name: delete_offers
-- Deleted in the ATS as if they had never been made.
DELETE FROM offer WHERE id = ANY($1::uuid[])
