-- name: change_contact_point
-- Of every record of the person that has it: of two, the one that refuses would hold, and nobody could take it back.
-- Answers what the contact point is, and whether anything was different about it; nothing if the person has none such.
WITH same AS (
    SELECT c.id, c.kind, (c.type, c.consent) IS DISTINCT FROM ($3::text, $4::text) AS differs
    FROM contact_point chosen
    JOIN contact_point c ON c.org_id = chosen.org_id AND c.person_id = ANY(records_of($1))
        AND c.kind = chosen.kind AND c.key = chosen.key
    WHERE chosen.id = $2 AND chosen.person_id = ANY(records_of($1))
), changed AS (
    UPDATE contact_point c SET type = $3, consent = $4 FROM same WHERE c.id = same.id AND same.differs
)
SELECT kind, bool_or(differs) AS changed FROM same GROUP BY kind
