-- name: diversity_choices
-- Every choice that there ever was.
SELECT option_ids, consent_option_id FROM diversity_use WHERE option_ids IS NOT NULL ORDER BY used_at, id
