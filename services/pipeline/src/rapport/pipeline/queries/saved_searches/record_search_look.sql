-- name: record_search_look
-- Of two windows that open a search at once, the later one counts.
INSERT INTO search_look (org_id, search_id, user_id, looked_at, people) VALUES (current_org(), $1, $2, $3, $4)
ON CONFLICT (org_id, search_id, user_id) DO UPDATE SET looked_at = excluded.looked_at, people = excluded.people
WHERE search_look.looked_at <= excluded.looked_at
