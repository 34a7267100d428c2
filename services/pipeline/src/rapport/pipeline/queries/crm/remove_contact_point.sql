-- name: remove_contact_point
-- What was recorded here; the ATS's own are not in this table.
DELETE FROM contact_point WHERE person_id = ANY(records_of($1)) AND id = $2 RETURNING kind
