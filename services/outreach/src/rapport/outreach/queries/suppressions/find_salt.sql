-- name: find_salt
-- With it an address becomes the hash that the ledger keeps.
SELECT salt FROM salt
