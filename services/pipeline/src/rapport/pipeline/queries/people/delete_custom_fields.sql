-- name: delete_custom_fields
-- The account no longer has them; what people's records said of them is shown nowhere.
DELETE FROM custom_field WHERE id = ANY($1::uuid[])
