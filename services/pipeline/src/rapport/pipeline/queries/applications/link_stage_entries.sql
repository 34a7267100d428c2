-- name: link_stage_entries
-- An entry of the ATS's history is published once.
INSERT INTO stage_entry_link (org_id, stage_entry_id, transition_id)
SELECT current_org(), e.entry_id, e.transition_id FROM unnest($1::uuid[], $2::uuid[]) AS e (entry_id, transition_id)
ON CONFLICT DO NOTHING
