-- name: choose_custom_fields
-- Exactly these are shown from now on; one that only some users of the ATS see never is.
UPDATE custom_field SET shown = id = ANY($1::uuid[]) AND active AND NOT private
WHERE shown IS DISTINCT FROM (id = ANY($1::uuid[]) AND active AND NOT private)
