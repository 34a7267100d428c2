-- name: add_import_rows
-- Rows as a dry run found them.
INSERT INTO import_row (org_id, import_id, number, line, cells, keys, key_values, outcome, problems, has_problems, person_id)
SELECT current_org(), $1, r.number, r.line, array(SELECT json_array_elements_text(r.cells::json)),
    array(SELECT json_array_elements_text(r.keys::json)), array(SELECT json_array_elements_text(r.key_values::json)),
    r.outcome, r.problems::json, r.problems <> '[]', r.person_id
FROM unnest($2::integer[], $3::integer[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::uuid[])
    AS r (number, line, cells, keys, key_values, outcome, problems, person_id)
