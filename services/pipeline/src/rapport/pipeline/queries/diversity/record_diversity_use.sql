-- name: record_diversity_use
-- Before anybody is told what was found.
INSERT INTO diversity_use (org_id, id, used_at, user_id, kind, people, filter, with_text, option_ids, consent_option_id)
VALUES (current_org(), $1, $2, $3, $4, $5, $6, $7, $8, $9)
