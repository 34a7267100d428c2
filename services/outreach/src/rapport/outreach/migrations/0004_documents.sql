-- What requests answer, shaped once as JSON-ready rows. The views run with the rights of whoever asks.

CREATE VIEW message_document WITH (security_invoker = true) AS
SELECT
    m.org_id, m.id, m.person_id, m.job_id, m.channel, m.author_id, m.from_user_id, m.to_address, m.subject, m.body,
    m.state, m.state_since, m.obstacle, m.explanation,
    CASE WHEN m.state = 'scheduled' THEN coalesce(m.next_try_at, m.send_at) ELSE m.send_at END AS send_at,
    m.sent_at, m.version, m.created_at,
    (SELECT coalesce(json_agg(a ORDER BY a.received_at, a.id), '[]') FROM (
        SELECT id, message_id, person_id, kind, received_at, subject, text
        FROM answer WHERE org_id = m.org_id AND message_id = m.id
        ORDER BY received_at DESC, id DESC LIMIT 50
     ) a) AS answers
FROM message m;

CREATE VIEW suppression_document WITH (security_invoker = true) AS
SELECT org_id, id, person_id, CASE WHEN NOT whole_person THEN address END AS address, whole_person, reason,
    recorded_at, recorded_by, lifted_at, version
FROM suppression;

CREATE VIEW sending_grant_document WITH (security_invoker = true) AS
SELECT org_id, id, granted_by, granted_at, revoked_at, user_id, role FROM sending_grant;
