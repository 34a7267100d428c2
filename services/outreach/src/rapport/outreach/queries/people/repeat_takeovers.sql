-- name: repeat_takeovers
-- Who took over the one person that both were ($2) since the merge ($3) took over this one ($1) too.
INSERT INTO takeover (org_id, id, person_id, record_id, user_id, recorded_by, recorded_at, reason, request_id)
SELECT org_id, gen_random_uuid(), $1, $1, user_id, recorded_by, recorded_at, reason, request_id
FROM takeover WHERE person_id = $2 AND recorded_at >= $3
