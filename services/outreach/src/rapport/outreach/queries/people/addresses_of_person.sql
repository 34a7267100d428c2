-- name: addresses_of_person
-- Where messages to a person went: what is remembered of them, as hashes, when they are erased.
SELECT DISTINCT to_address AS address FROM message WHERE person_id = $1 AND to_address <> ''
