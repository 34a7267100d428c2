-- name: count_templates
-- Of a user, or of the organisation: a list of them stays short.
SELECT count(*) FROM message_template WHERE owner_id IS NOT DISTINCT FROM $1 AND archived_at IS NULL
