-- Until when a mailbox has sent as much as it may: of all that waits for that, one message is looked at for each that may
-- go, not every one.
ALTER TABLE sender ADD COLUMN capped_until timestamptz NOT NULL DEFAULT '-infinity';
