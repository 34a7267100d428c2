-- name: get_waiting_messages
-- What waits for a user ($1), of the messages they wrote or that come from their mailbox: at most $2 of each as they are
-- answered, and how many there are. Replies since $3, whose first $4 characters are shown.
WITH newest_replies AS (
    SELECT DISTINCT ON (m.person_id) r.id AS reply_id, m.id AS message_id, m.person_id, m.job_id, r.received_at,
        left(r.text, $4::integer) AS excerpt
    FROM reply r
    JOIN message m ON m.org_id = r.org_id AND m.id = r.message_id
    -- Of a range with two ends, a plan made for any bounds expects few rows, and reads them by the index.
    WHERE r.received_at BETWEEN $3::timestamptz AND 'infinity' AND r.kind = 'personal' AND $1::uuid IN (m.author_id, m.from_user_id)
    ORDER BY m.person_id, r.received_at DESC, r.id DESC
), unanswered AS (
    SELECT * FROM newest_replies n
    WHERE NOT EXISTS (
            SELECT 1 FROM message since
            WHERE since.person_id = n.person_id AND since.created_at > n.received_at
                AND since.state NOT IN ('cancelled', 'failed'))
        -- Who must not be written to gets no answer.
        AND NOT EXISTS (
            SELECT 1 FROM suppression s
            WHERE s.person_id = n.person_id AND s.whole_person AND s.lifted_at IS NULL)
), in_doubt AS (
    SELECT m.id AS message_id, m.person_id, m.job_id, m.subject, m.state_since AS since
    FROM message m
    WHERE m.state = 'in_doubt' AND $1 IN (m.author_id, m.from_user_id)
), grants AS (
    SELECT m.author_id, count(*) AS messages, min(m.created_at) AS since
    FROM message m
    WHERE m.from_user_id = $1 AND m.state = 'scheduled' AND m.blocker = 'grant_missing'
    GROUP BY m.author_id
)
SELECT json_build_object(
    'replies', (SELECT coalesce(json_agg(u ORDER BY u.received_at, u.reply_id), '[]') FROM (
        SELECT * FROM unanswered ORDER BY received_at, reply_id LIMIT $2::integer) u),
    'replies_total', (SELECT count(*) FROM unanswered),
    'in_doubt', (SELECT coalesce(json_agg(d ORDER BY d.since, d.message_id), '[]') FROM (
        SELECT * FROM in_doubt ORDER BY since, message_id LIMIT $2) d),
    'in_doubt_total', (SELECT count(*) FROM in_doubt),
    'grants', (SELECT coalesce(json_agg(g ORDER BY g.since, g.author_id), '[]') FROM (
        SELECT * FROM grants ORDER BY since, author_id LIMIT $2) g),
    'grants_total', (SELECT count(*) FROM grants)
)::text
