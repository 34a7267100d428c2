-- name: attribute_delivery
-- Whom a delivery is about that names only their application: its body goes when they do.
UPDATE delivery d SET person_id = a.person_id
FROM application a
WHERE d.connection = $1 AND d.delivery_id = $2 AND a.id = $3
