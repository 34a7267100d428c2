-- name: save_compared_page
-- Commits together with the page: a comparison that is interrupted goes on with the next one.
UPDATE comparison_collection
SET read = read + $3, next_page = $4, partial = partial OR $5, missing_here = missing_here + $6,
    different = different + $7, state = $8
WHERE connection = $1 AND collection = $2
