-- name: visible_attachment
-- A file ($2) that everybody who sees the person may open, if a viewer bound to what they take part in ($1) sees them,
-- and they are not hidden from the viewer ($3): which connection has it, by which id.
SELECT f.connection, f.external_id, f.name
FROM attachment f
JOIN person p ON p.org_id = f.org_id AND p.id = f.person_id
WHERE f.id = $2 AND f.public AND p.deleted_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM person h WHERE h.id = f.person_id AND NOT is_visible_to($3, h.id, h.is_private))
    AND knows($1, coalesce(p.merged_into, p.id))
