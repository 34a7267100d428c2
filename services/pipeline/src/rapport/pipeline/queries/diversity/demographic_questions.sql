-- name: demographic_questions
-- What the ATS asks, with the answers to choose from: for admins who choose among them.
SELECT coalesce(json_agg(json_build_object('id', q.id, 'name', q.name, 'set_title', s.title, 'options', (
    SELECT coalesce(json_agg(json_build_object('id', o.id, 'name', o.name) ORDER BY o.name, o.id), '[]')
    FROM demographic_option o WHERE o.org_id = q.org_id AND o.question_id = q.id AND o.active
)) ORDER BY q.name, q.id), '[]')::text
FROM demographic_question q
LEFT JOIN demographic_set s ON s.org_id = q.org_id AND s.id = q.set_id
WHERE q.active
