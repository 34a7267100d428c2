-- name: insert_erased_person
-- From now on nothing that identifies this person is kept.
INSERT INTO erased_person (org_id, person_id) VALUES (current_org(), $1) ON CONFLICT DO NOTHING
