-- name: wake_for_owner
-- What waited for the owner of this person is due again; the person is locked. One that another transaction has in hand
-- looks at the person after us.
UPDATE message SET next_try_at = $2
WHERE (org_id, id) IN (
    SELECT org_id, id FROM message
    WHERE person_id = $1 AND state = 'scheduled' AND blocker = 'owned'
    FOR UPDATE SKIP LOCKED)
