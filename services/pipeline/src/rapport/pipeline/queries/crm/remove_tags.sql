-- name: remove_tags
-- Those that were added here; the ATS's own are changed in the ATS.
DELETE FROM person_tag WHERE person_id = ANY(records_of($1)) AND key IN (SELECT search_text(t) FROM unnest($2::text[]) AS t)
RETURNING person_id
