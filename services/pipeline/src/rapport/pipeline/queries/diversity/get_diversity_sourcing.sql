-- name: get_diversity_sourcing
-- What an admin chose last.
SELECT is_on, option_ids, consent_option_id, chosen_at, changed_at, changed_by, secret FROM diversity_sourcing
