-- name: has_replied
-- Whether the person, not a machine for them, has answered anything since then.
SELECT EXISTS (SELECT 1 FROM reply WHERE person_id = $1 AND kind = 'personal' AND received_at > $2)
