-- The newest replies of an organisation: which of them are still to be answered.
CREATE INDEX reply_newest ON reply (org_id, received_at, id);
