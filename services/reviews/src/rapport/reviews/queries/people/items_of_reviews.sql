-- name: items_of_reviews
-- In the order in which the people were put before the reviewers.
SELECT review_id, profile FROM item WHERE review_id = ANY($1::uuid[]) ORDER BY review_id, position
