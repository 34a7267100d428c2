-- What is below the text of an answer, and by which name the mail server knows a message: some put it where our
-- Message-ID was. Both go with their row.
ALTER TABLE answer ADD COLUMN signature text;
ALTER TABLE message ADD COLUMN relay_id text;
CREATE INDEX message_by_relay_id ON message (org_id, relay_id) WHERE relay_id IS NOT NULL;

CREATE OR REPLACE VIEW message_document WITH (security_invoker = true) AS
SELECT
    m.org_id, m.id, m.person_id, m.job_id, m.channel, m.author_id, m.from_user_id, m.to_address, m.subject, m.body,
    m.state, m.state_since, m.obstacle, m.explanation,
    CASE WHEN m.state = 'scheduled' THEN coalesce(m.next_try_at, m.send_at) ELSE m.send_at END AS send_at,
    m.sent_at, m.version, m.created_at,
    (SELECT coalesce(json_agg(a ORDER BY a.received_at, a.id), '[]') FROM (
        SELECT id, message_id, person_id, kind, received_at, subject, text, signature
        FROM answer WHERE org_id = m.org_id AND message_id = m.id
        ORDER BY received_at DESC, id DESC LIMIT 50
     ) a) AS answers
FROM message m;
