-- A person who has answered since a message was written is not sent it: looked up whenever one is about to go.
CREATE INDEX answer_by_person ON answer (org_id, person_id, received_at) WHERE kind = 'personal';
