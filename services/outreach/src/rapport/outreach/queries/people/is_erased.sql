-- name: is_erased
-- Whether a person was erased, and not by mistake.
SELECT EXISTS (
    SELECT 1 FROM suppression WHERE person_id = $1 AND reason = 'erased' AND lifted_at IS NULL)
