-- name: close_reason
-- A reason of the account for which applications of this one's ($2) connection end.
SELECT r.id, r.by_candidate FROM rejection_reason r
WHERE r.id = $1 AND r.connection = (SELECT a.connection FROM application a WHERE a.id = $2)
