-- name: refresh_attention
-- The cards of these locked applications on which something stands that is not so any more, though nothing was told of it:
-- until when there is time, for instance.
UPDATE board_card b SET attention = n.attention
FROM (SELECT id, card_attention(id) AS attention FROM unnest($1::uuid[]) AS id) n
WHERE b.application_id = n.id AND b.attention::jsonb IS DISTINCT FROM n.attention::jsonb
