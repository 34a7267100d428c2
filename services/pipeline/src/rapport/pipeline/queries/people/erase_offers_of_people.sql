-- name: erase_offers_of_people
-- Anonymized in the ATS with its offers.
DELETE FROM offer WHERE application_id IN (SELECT a.id FROM application a WHERE a.person_id = $1)
