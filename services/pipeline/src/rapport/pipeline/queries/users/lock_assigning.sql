-- name: lock_assigning
-- Whoever says who looks after this person waits until the end of the unit of work, since the ATS is asked meanwhile and does
-- not check who it was. Nothing else that is done with the person waits.
SELECT pg_advisory_xact_lock(hashtextextended($1::uuid::text, 0))
