-- name: shown_duplicate
-- A pair of people whom the viewer ($2) sees, decided about or not.
SELECT person_id, other_id FROM probable_duplicate WHERE id = $1 AND are_shown(person_id, other_id, $2)
