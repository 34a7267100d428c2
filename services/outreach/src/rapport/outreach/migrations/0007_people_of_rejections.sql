-- Whom a rejection is about, as its event said it: a mail that cannot be written is shown with them.
-- None in rows of before.

ALTER TABLE rejection_mail ADD COLUMN person_id uuid, ADD COLUMN job_id uuid;
