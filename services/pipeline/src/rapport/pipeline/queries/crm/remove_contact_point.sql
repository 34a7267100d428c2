-- name: remove_contact_point
-- What was recorded here, by every record of the person that has it: the other's would take its place. The ATS's own are
-- not in this table.
DELETE FROM contact_point c
USING contact_point chosen
WHERE chosen.id = $2 AND chosen.person_id = ANY(records_of($1))
    AND c.org_id = chosen.org_id AND c.person_id = ANY(records_of($1)) AND c.kind = chosen.kind AND c.key = chosen.key
RETURNING c.kind
