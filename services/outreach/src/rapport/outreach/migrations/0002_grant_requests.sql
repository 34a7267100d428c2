-- Mails to the owner of a mailbox: somebody's messages wait until they allow them to be sent from it. What they say is
-- looked up when they are sent.
ALTER TABLE notification
    -- The owner, and who wrote the messages: both null for a notification that reviews renders.
    ADD COLUMN recipient_id uuid,
    ADD COLUMN author_id uuid;
