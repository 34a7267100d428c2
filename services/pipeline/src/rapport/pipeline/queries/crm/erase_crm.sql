-- name: erase_crm
-- Everything personal that is recorded here of these people. What users did to find them stays counted: of a profile
-- remains which ones are the same.
WITH points AS (
    DELETE FROM contact_point WHERE person_id = ANY($1::uuid[])
), keys AS (
    DELETE FROM person_key WHERE person_id = ANY($1::uuid[])
), tags AS (
    DELETE FROM person_tag WHERE person_id = ANY($1::uuid[])
), projects AS (
    DELETE FROM project_person WHERE person_id = ANY($1::uuid[])
), notes AS (
    DELETE FROM note WHERE person_id = ANY($1::uuid[])
), pairs AS (
    DELETE FROM probable_duplicate WHERE person_id = ANY($1::uuid[]) OR other_id = ANY($1::uuid[])
), looks AS (
    UPDATE search_look SET people = ARRAY(
        SELECT k.id FROM unnest(people) AS k (id) WHERE k.id <> ALL($1::uuid[]))
    WHERE people && $1::uuid[]
), writes AS (
    UPDATE ats_write SET note = NULL WHERE note IS NOT NULL AND application_id IN (
        SELECT id FROM application WHERE person_id = ANY($1::uuid[]))
), additions AS (
    DELETE FROM application_addition WHERE person_id = ANY($1::uuid[])
), acts AS (
    DELETE FROM bulk_action_person WHERE person_id = ANY($1::uuid[])
        OR application_id IN (SELECT id FROM application WHERE person_id = ANY($1::uuid[]))
)
UPDATE sourcing_activity SET profile = sha256(convert_to(person_id::text, 'UTF8')) WHERE person_id = ANY($1::uuid[])
