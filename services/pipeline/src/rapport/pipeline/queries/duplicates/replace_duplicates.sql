-- name: replace_duplicates
-- The pairs of these people ($2) are those that were found now ($3 to $6); what users decided stays, and what an import
-- saw of several people at once, which no two of them show. Their records ($1) have been compared.
WITH compared AS (
    UPDATE person SET duplicates_due = false WHERE id = ANY($1::uuid[])
), found AS (
    SELECT DISTINCT ON (one, other) least(d.one, d.other) AS one, greatest(d.one, d.other) AS other, d.reason, d.score
    FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::real[]) AS d (one, other, reason, score)
), gone AS (
    DELETE FROM probable_duplicate d
    WHERE (d.person_id = ANY($1::uuid[] || $2::uuid[]) OR d.other_id = ANY($1::uuid[] || $2::uuid[]))
        AND d.kept_apart_at IS NULL AND d.reason <> 'several_matches'
        AND NOT EXISTS (SELECT 1 FROM found f WHERE f.one = d.person_id AND f.other = d.other_id)
)
INSERT INTO probable_duplicate (org_id, person_id, other_id, reason, score, found_at)
SELECT current_org(), one, other, reason, score, $7 FROM found
ON CONFLICT (org_id, person_id, other_id) DO UPDATE SET reason = excluded.reason, score = excluded.score
WHERE probable_duplicate.kept_apart_at IS NULL
    AND (probable_duplicate.reason, probable_duplicate.score) IS DISTINCT FROM (excluded.reason, excluded.score)
