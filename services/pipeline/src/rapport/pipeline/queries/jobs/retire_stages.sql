-- name: retire_stages
-- A board no longer shows them once they are empty; the history that refers to them stays readable.
UPDATE job_stage SET active = false WHERE id = ANY($1::uuid[])
