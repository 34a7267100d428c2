-- Message templates, and the mails that tell people of their rejection.

CREATE TABLE message_template (
    org_id text NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    -- Whose it is; null if it is the organisation's.
    owner_id uuid,
    name text NOT NULL,
    -- Of the newest text.
    version integer NOT NULL,
    archived_at timestamptz,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX message_template_by_owner ON message_template (org_id, owner_id);

-- Every text that a template had: what was chosen with a version goes as it was seen.
CREATE TABLE message_template_text (
    org_id text NOT NULL,
    template_id uuid NOT NULL,
    version integer NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    saved_at timestamptz NOT NULL,
    saved_by uuid NOT NULL,
    PRIMARY KEY (org_id, template_id, version)
);

-- Mails that users wanted when they rejected applications, as events said it. Each becomes a message soon after, unless
-- the rejection is taken back before.
CREATE TABLE rejection_mail (
    org_id text NOT NULL,
    application_id uuid NOT NULL,
    -- Of the application, made by the rejection.
    version bigint NOT NULL,
    template_id uuid NOT NULL,
    -- None: the newest.
    template_version integer,
    from_user_id uuid NOT NULL,
    send_at timestamptz NOT NULL,
    -- When it is next tried to make a message of it; null once that is done or of no use any more.
    next_try_at timestamptz,
    traceparent text,
    PRIMARY KEY (org_id, application_id, version)
);
CREATE INDEX rejection_mail_due ON rejection_mail (org_id, next_try_at) WHERE next_try_at IS NOT NULL;

-- The rejection that a message tells of: it is sent only while that holds.
ALTER TABLE message
    ADD COLUMN application_id uuid,
    ADD COLUMN rejection_version bigint,
    ADD CHECK ((application_id IS NULL) = (rejection_version IS NULL));
CREATE INDEX message_by_application ON message (org_id, application_id, rejection_version)
    WHERE application_id IS NOT NULL;

CREATE OR REPLACE VIEW message_document WITH (security_invoker = true) AS
SELECT
    m.org_id, m.id, m.person_id, m.job_id, m.channel, m.author_id, m.from_user_id, m.to_address, m.subject, m.body,
    m.state, m.state_since, m.blocker, m.explanation,
    CASE WHEN m.state = 'scheduled' THEN coalesce(m.next_try_at, m.send_at) ELSE m.send_at END AS send_at,
    m.sent_at, m.version, m.created_at,
    (SELECT coalesce(json_agg(a ORDER BY a.received_at, a.id), '[]') FROM (
        SELECT id, message_id, person_id, kind, received_at, subject, text, signature
        FROM reply WHERE org_id = m.org_id AND message_id = m.id
        ORDER BY received_at DESC, id DESC LIMIT 50
     ) a) AS replies,
    m.application_id, m.rejection_version
FROM message m;

CREATE VIEW message_template_document WITH (security_invoker = true) AS
SELECT t.org_id, t.id, t.kind, t.owner_id, t.name, x.subject, x.body, t.version, x.saved_at, x.saved_by, t.archived_at
FROM message_template t
JOIN message_template_text x ON x.org_id = t.org_id AND x.template_id = t.id AND x.version = t.version;

DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
    bound text;
BEGIN
    FOREACH bound IN ARRAY ARRAY['message_template', 'message_template_text', 'rejection_mail'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', bound);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', bound);
        EXECUTE format('CREATE POLICY by_organisation ON %I TO %I USING (org_id = current_org())', bound, service);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO %I', bound, service);
    END LOOP;
    EXECUTE format('GRANT UPDATE (name, version, archived_at) ON message_template TO %I', service);
    EXECUTE format('GRANT UPDATE (next_try_at) ON rejection_mail TO %I', service);
    EXECUTE format('GRANT SELECT ON message_template_document TO %I', service);
END
$$;
