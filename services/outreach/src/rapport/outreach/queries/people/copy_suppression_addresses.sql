-- name: copy_suppression_addresses
-- With the addresses it stands for.
INSERT INTO suppression_address (org_id, address_hash, suppression_id)
SELECT org_id, address_hash, $2 FROM suppression_address WHERE suppression_id = $1
ON CONFLICT DO NOTHING
