-- name: record_read_model_version
-- In the transaction that corrects the rows, so that they are never of another version than recorded.
INSERT INTO read_model_version (consumer, version) VALUES ($1, $2)
ON CONFLICT (consumer) DO UPDATE SET version = excluded.version
