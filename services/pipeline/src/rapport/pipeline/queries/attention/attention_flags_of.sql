-- name: attention_flags_of
-- The flags of these applications that events told of.
SELECT * FROM attention_flag WHERE application_id = ANY($1::uuid[]) ORDER BY reason, subject_id
