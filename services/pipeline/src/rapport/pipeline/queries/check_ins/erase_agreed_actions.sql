-- name: erase_agreed_actions
-- An action is free text, and may name the person whom it is about. Of the jobs that these people, with all their records,
-- are or were ever considered for, the text goes wherever one of their names stands in it. Before the names go.
WITH gone AS (
    SELECT p.org_id, p.id, coalesce(p.merged_into, p.id) AS person_id, p.first_name, p.last_name
    FROM person p WHERE p.id = ANY($1::uuid[]) OR p.merged_into = ANY($1::uuid[])
), applied AS (
    SELECT g.org_id, g.person_id, a.id, a.job_id
    FROM gone g JOIN application a ON a.org_id = g.org_id AND a.person_id IN (g.id, g.person_id)
), considered AS (
    SELECT org_id, person_id, job_id FROM applied
    UNION
    SELECT a.org_id, a.person_id, s.job_id
    FROM applied a
    JOIN transition t ON t.org_id = a.org_id AND t.application_id = a.id
    JOIN job_stage s ON s.org_id = t.org_id AND s.id IN (t.from_stage_id, t.to_stage_id)
)
-- Whoever is just changing one gets a conflict, and does not write the old text back.
UPDATE agreed_action c SET text = NULL, version = c.version + 1
FROM considered j
JOIN gone g ON g.org_id = j.org_id AND g.person_id = j.person_id
WHERE c.org_id = j.org_id AND c.job_id = j.job_id AND c.text IS NOT NULL
    AND (names_somebody(c.text, g.first_name) OR names_somebody(c.text, g.last_name))
RETURNING c.id, c.job_id, c.owner_id, c.due_on, c.version
