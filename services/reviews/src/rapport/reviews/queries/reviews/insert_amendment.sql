-- name: insert_amendment
-- So that the request is not carried out again.
INSERT INTO amendment (org_id, review_id, cause, request_hash, actor, made_at) VALUES (current_org(), $1, $2, $3, $4, $5)
