-- name: insert_suppression_addresses
-- The addresses of an entry: a person who returns under another name with one of them is recognised.
INSERT INTO suppression_address (org_id, address_hash, suppression_id)
SELECT current_org(), h.hash, $1 FROM unnest($2::bytea[]) AS h (hash)
ON CONFLICT DO NOTHING
