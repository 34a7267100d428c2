-- name: conversations_of_user
-- Of the messages a user ($4) wrote or that come from their mailbox: those replied to, each once, at its newest reply.
-- If $5, only those where the person wrote last: a vacation notice is no answer to wait for.
SELECT m.id, r.received_at, r.id AS reply_id
FROM reply r JOIN message m ON m.org_id = r.org_id AND m.id = r.message_id
WHERE (r.received_at, r.id) < ($1::timestamptz, $2::uuid)
    AND $4::uuid IN (m.author_id, m.from_user_id)
    AND NOT EXISTS (
        SELECT 1 FROM reply later
        WHERE later.org_id = r.org_id AND later.message_id = r.message_id
            AND (later.received_at, later.id) > (r.received_at, r.id)
            AND (NOT $5::boolean OR later.kind = 'personal'))
    AND (NOT $5 OR (r.kind = 'personal' AND NOT EXISTS (
        SELECT 1 FROM message since
        WHERE since.org_id = m.org_id AND since.person_id = m.person_id AND since.created_at > r.received_at
            AND since.state NOT IN ('cancelled', 'failed'))))
ORDER BY r.received_at DESC, r.id DESC LIMIT $3
