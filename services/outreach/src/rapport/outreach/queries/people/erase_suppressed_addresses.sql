-- name: erase_suppressed_addresses
-- The hashes stay: they recognise an address without holding it.
UPDATE suppression SET address = NULL WHERE person_id = $1 AND address IS NOT NULL
