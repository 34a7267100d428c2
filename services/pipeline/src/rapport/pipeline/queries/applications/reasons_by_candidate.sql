-- name: reasons_by_candidate
-- Reasons by which the person turned us down: such a rejection is a withdrawal.
SELECT id FROM rejection_reason WHERE by_candidate
