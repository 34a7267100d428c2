-- name: search_texts
-- Tags as they are compared.
SELECT t AS text, search_text(t) AS key FROM unnest($1::text[]) AS t
