-- Each list of reviews finds its page by an index, the newest first; where only open ones are asked for, the many
-- closed ones are not walked past.
CREATE INDEX review_open_newest ON review (org_id, created_at DESC, id DESC) WHERE closed_at IS NULL;
CREATE INDEX review_open_of_job ON review (org_id, job_id, created_at DESC, id DESC) WHERE closed_at IS NULL;
CREATE INDEX review_of_requester ON review (org_id, requested_by, created_at DESC, id DESC);
CREATE INDEX review_open_of_requester ON review (org_id, requested_by, created_at DESC, id DESC)
    WHERE closed_at IS NULL;
