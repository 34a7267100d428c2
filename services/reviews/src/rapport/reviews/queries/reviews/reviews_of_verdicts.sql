-- name: reviews_of_verdicts
-- Who may see a verdict depends on its whole review.
SELECT DISTINCT review_id FROM verdict WHERE id = ANY($1::uuid[])
