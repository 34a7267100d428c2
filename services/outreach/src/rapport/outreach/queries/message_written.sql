-- name: message_written
-- What this very request wrote before, to be answered again and compared with what it asks now.
SELECT person_id, job_id, author_id, from_user_id, subject, body FROM message WHERE id = $1
