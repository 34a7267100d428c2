-- name: begin_rebuild
-- Temporary tables that the statements which keep the read model find before its own.
SELECT begin_rebuild($1::text[])
