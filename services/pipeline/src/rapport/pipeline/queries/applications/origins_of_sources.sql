-- name: origins_of_sources
-- How applications from these sources came about.
SELECT id, origin FROM source WHERE id = ANY($1::uuid[])
