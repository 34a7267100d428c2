-- name: retire_demographic_options
-- It can no longer be chosen. It stays known what it answers: which groups there may be depends on it.
UPDATE demographic_option SET active = false WHERE id = ANY($1::uuid[])
