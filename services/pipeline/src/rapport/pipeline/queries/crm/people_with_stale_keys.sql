-- name: people_with_stale_keys
-- Whose addresses in the ATS are new or different since their keys were computed; those another process holds are left.
SELECT id, first_name || ' ' || last_name AS name, company, location, emails, phones, links
FROM person WHERE keys_stale ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
