-- What a message's request asked for, as a hash: the same key with anything else is not a repetition. Messages from
-- before have none, and are taken for what they are asked as.
ALTER TABLE message ADD COLUMN asked bytea;
