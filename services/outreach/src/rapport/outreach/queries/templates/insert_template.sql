-- name: insert_template
-- Under an id that follows from the request's key: the same request adds one template.
WITH added AS (
    INSERT INTO message_template (org_id, id, kind, owner_id, name, version)
    VALUES (current_org(), $1, $2, $3, $4, 1)
    ON CONFLICT (org_id, id) DO NOTHING
    RETURNING org_id, id
)
INSERT INTO message_template_text (org_id, template_id, version, subject, body, saved_at, saved_by)
SELECT org_id, id, 1, $5, $6, $7, $8 FROM added
