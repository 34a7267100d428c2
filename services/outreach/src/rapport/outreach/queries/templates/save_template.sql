-- name: save_template
-- The row is locked. Texts are appended: what was chosen with an earlier version still has it.
WITH saved AS (
    UPDATE message_template SET name = $2, version = version + 1 WHERE id = $1
    RETURNING org_id, id, version
)
INSERT INTO message_template_text (org_id, template_id, version, subject, body, saved_at, saved_by)
SELECT org_id, id, version, $3, $4, $5, $6 FROM saved
