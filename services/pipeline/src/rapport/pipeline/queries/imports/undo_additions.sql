-- name: undo_additions
-- What the import added to people who were known before, and to those who are kept. Answers of whom, and what.
WITH points AS (
    DELETE FROM contact_point WHERE import_id = $1 RETURNING person_id, kind || 's' AS field
), tags AS (
    DELETE FROM person_tag WHERE import_id = $1 RETURNING person_id, 'tags' AS field
), notes AS (
    DELETE FROM note WHERE import_id = $1
), projects AS (
    DELETE FROM project_person WHERE import_id = $1
)
SELECT person_id, field FROM points UNION SELECT person_id, field FROM tags
