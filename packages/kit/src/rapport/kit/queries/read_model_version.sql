-- name: read_model_version
-- Which version of the code built a read model's rows.
SELECT version FROM read_model_version WHERE consumer = $1
