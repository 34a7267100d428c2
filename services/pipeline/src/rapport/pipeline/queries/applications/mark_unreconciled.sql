-- name: mark_unreconciled
-- New history of an application, a scorecard or an offer is compared with what we said, like a new state.
UPDATE application SET unreconciled = true WHERE id = ANY($1::uuid[]) AND NOT unreconciled
