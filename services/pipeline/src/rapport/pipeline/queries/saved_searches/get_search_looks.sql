-- name: get_search_looks
-- When a user ($1) last opened these searches ($2), and whom each found then.
SELECT search_id, looked_at, people FROM search_look WHERE user_id = $1 AND search_id = ANY($2::uuid[])
