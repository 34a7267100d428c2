-- name: save_diversity_sourcing
-- While changes are locked. The secret stays as it was made.
INSERT INTO diversity_sourcing (org_id, is_on, option_ids, consent_option_id, chosen_at, changed_at, changed_by, secret)
VALUES (current_org(), $1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (org_id) DO UPDATE
SET is_on = excluded.is_on, option_ids = excluded.option_ids, consent_option_id = excluded.consent_option_id,
    chosen_at = excluded.chosen_at, changed_at = excluded.changed_at, changed_by = excluded.changed_by
