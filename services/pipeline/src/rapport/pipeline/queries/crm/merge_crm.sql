-- name: merge_crm
-- What was recorded of $1 becomes $2's; what both have stays once. A pair of the two is settled.
WITH points AS (
    UPDATE contact_point k SET person_id = $2 WHERE k.person_id = $1 AND NOT EXISTS (
        SELECT 1 FROM contact_point o WHERE o.person_id = $2 AND o.kind = k.kind AND o.key = k.key)
), doubled_points AS (
    DELETE FROM contact_point k WHERE k.person_id = $1 AND EXISTS (
        SELECT 1 FROM contact_point o WHERE o.person_id = $2 AND o.kind = k.kind AND o.key = k.key)
), tags AS (
    UPDATE person_tag k SET person_id = $2 WHERE k.person_id = $1 AND NOT EXISTS (
        SELECT 1 FROM person_tag o WHERE o.person_id = $2 AND o.key = k.key)
), doubled_tags AS (
    DELETE FROM person_tag k WHERE k.person_id = $1 AND EXISTS (
        SELECT 1 FROM person_tag o WHERE o.person_id = $2 AND o.key = k.key)
), projects AS (
    UPDATE project_person k SET person_id = $2 WHERE k.person_id = $1 AND NOT EXISTS (
        SELECT 1 FROM project_person o WHERE o.person_id = $2 AND o.project_id = k.project_id)
), doubled_projects AS (
    DELETE FROM project_person k WHERE k.person_id = $1 AND EXISTS (
        SELECT 1 FROM project_person o WHERE o.person_id = $2 AND o.project_id = k.project_id)
), notes AS (
    UPDATE note SET person_id = $2 WHERE person_id = $1
), keys AS (
    DELETE FROM person_key WHERE person_id = $1
), pairs AS (
    DELETE FROM probable_duplicate WHERE person_id = $1 OR other_id = $1
)
UPDATE sourcing_activity SET person_id = $2 WHERE person_id = $1
