-- name: add_sourcing_outcomes
-- An event that arrives again adds nothing.
INSERT INTO sourcing_outcome (org_id, id, kind, user_id, person_id, job_id, occurred_at)
SELECT current_org(), o.id, o.kind, o.user_id, o.person_id, o.job_id, o.occurred_at
FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::uuid[], $6::timestamptz[])
    AS o (id, kind, user_id, person_id, job_id, occurred_at)
ON CONFLICT (org_id, id) DO NOTHING
