-- name: record_probable_duplicates
-- Pairs that somebody has to look at; a pair that is known already stays as it was found.
INSERT INTO probable_duplicate (org_id, person_id, other_id, reason, score, found_at)
SELECT current_org(), least(d.one, d.other), greatest(d.one, d.other), d.reason, d.score, $5
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::real[]) AS d (one, other, reason, score)
WHERE d.one <> d.other
ON CONFLICT (org_id, person_id, other_id) DO NOTHING
