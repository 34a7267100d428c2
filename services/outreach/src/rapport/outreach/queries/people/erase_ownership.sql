-- name: erase_ownership
-- What users wrote about a person when they took them over, or asked to: who did it, and when, stays.
WITH requests AS (
    UPDATE takeover_request SET note = '' WHERE person_id = $1 AND note <> ''
)
UPDATE takeover SET reason = '' WHERE person_id = $1 AND reason <> ''
