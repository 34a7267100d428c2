-- name: application_for_note
-- Whose application it is, under which record the ATS has it (where the note goes if a merge is undone), and whether the ATS
-- knows the author ($2).
SELECT a.connection, a.job_id, a.person_id, a.ats_person_id AS record_id,
    EXISTS (SELECT 1 FROM user_account u WHERE u.org_id = a.org_id AND u.id = $2
        AND u.connection = a.connection AND u.active) AS knows_author
FROM application a WHERE a.id = $1 AND a.version > 0 AND a.removed_at IS NULL
