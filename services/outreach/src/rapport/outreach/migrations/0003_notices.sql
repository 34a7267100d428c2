-- Mails to users, in a queue of their own: a flood of messages to people never delays them.
-- Their texts are not here: they may hold links that are secrets, and are asked for when a notice is sent.
CREATE TABLE notice (
    org_id text NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    due_at timestamptz NOT NULL,
    -- waiting, sent, dropped (pointless by then), failed (the mail server would not take it)
    state text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL,
    finished_at timestamptz,
    explanation text,
    cause text NOT NULL,
    traceparent text,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX notice_waiting ON notice (org_id, next_try_at, id) WHERE state = 'waiting';
