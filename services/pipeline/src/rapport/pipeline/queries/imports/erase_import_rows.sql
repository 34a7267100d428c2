-- name: erase_import_rows
-- Rows of imports that name these people, or have one of their addresses, numbers or profiles, lose what they say.
UPDATE import_row r SET cells = '{}', keys = '{}', key_values = '{}', outcome = 'refused', has_problems = false, problems = '[]'
WHERE cardinality(r.cells) > 0 AND (r.person_id = ANY($1::uuid[]) OR r.keys && array(
    SELECT k.kind || ':' || k.key FROM person_key k WHERE k.person_id = ANY($1::uuid[])
    UNION SELECT c.kind || ':' || c.key FROM contact_point c WHERE c.person_id = ANY($1::uuid[])))
