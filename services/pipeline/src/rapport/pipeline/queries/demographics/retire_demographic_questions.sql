-- name: retire_demographic_questions
-- The ATS no longer asks it. It stays known what was asked: which groups there may be depends on it.
UPDATE demographic_question SET active = false WHERE id = ANY($1::uuid[])
