-- What a user wrote, what comes from them and what is about their jobs, the newest first: whoever may not read every
-- message reads these.
CREATE INDEX message_by_author ON message (org_id, author_id, created_at, id);
CREATE INDEX message_by_sender ON message (org_id, from_user_id, created_at, id);
CREATE INDEX message_by_job ON message (org_id, job_id, created_at, id) WHERE job_id IS NOT NULL;
