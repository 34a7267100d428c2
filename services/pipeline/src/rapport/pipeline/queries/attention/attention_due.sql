-- name: attention_due
-- Applications to look at now, the longest due first.
SELECT application_id FROM attention_due WHERE due_at <= $1 ORDER BY due_at LIMIT $2
