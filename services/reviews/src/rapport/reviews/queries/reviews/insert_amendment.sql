-- name: insert_amendment
-- So that a repetition changes nothing.
INSERT INTO amendment (org_id, review_id, cause, request_hash, actor, made_at) VALUES (current_org(), $1, $2, $3, $4, $5)
