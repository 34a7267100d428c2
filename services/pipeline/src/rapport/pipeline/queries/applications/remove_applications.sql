-- name: remove_applications
-- They stay for their history; nothing shows them. What was on its way to the ATS has nowhere to go.
WITH removed AS (
    UPDATE application
    SET removed_at = $2, removal = $3, version = version + CASE WHEN version > 0 THEN 1 ELSE 0 END
    WHERE id = ANY($1::uuid[])
    RETURNING id
)
UPDATE ats_write w SET state = 'refused', finished_at = $2, reason = 'the ATS no longer has the application'
FROM removed r WHERE w.application_id = r.id AND w.state = 'waiting'
