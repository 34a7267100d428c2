-- When a move of ours took effect, as the ATS's answer to it says: its entry in the ATS's history is known by that time.
ALTER TABLE ats_write ADD COLUMN in_effect_at timestamptz;
