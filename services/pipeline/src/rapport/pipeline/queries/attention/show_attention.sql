-- name: show_attention
-- The cards of these locked applications show their flags, under the version that the last event about them has.
WITH versions AS (
    UPDATE application a SET version = v.version FROM unnest($1::uuid[], $2::bigint[]) AS v (id, version)
    WHERE a.id = v.id RETURNING a.id, v.version
)
UPDATE board_card b SET attention = card_attention(b.application_id),
    card = (jsonb_set(b.card::jsonb, '{version}', to_jsonb(v.version)))::json
FROM versions v WHERE b.application_id = v.id
