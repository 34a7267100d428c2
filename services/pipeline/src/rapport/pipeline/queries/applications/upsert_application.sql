-- name: upsert_application
-- The ATS's state; ours follows when the two are compared. An older record changes nothing; of two of one moment, the
-- listed one counts. A merged person's application belongs to the survivor. The opening it filled has the time of a hire.
-- A rejection for a reason of the candidate's is a withdrawal.
INSERT INTO application AS mine (org_id, id, connection, external_id, person_id, source_id, credited_user_id,
    applied_at, last_activity_at, ats_job_id, ats_stage_id, ats_status, ats_stage_entered_at, ats_closed_at,
    rejection_reason_id, ats_updated_at, sync_since, ats_listed, ats_person_id)
SELECT current_org(), r.id, r.connection, r.external_id,
    coalesce((SELECT p.merged_into FROM person p WHERE p.id = r.person_id), r.person_id), r.source_id,
    coalesce(r.credited_user_id, (SELECT f.user_id FROM referrer f WHERE f.id = r.referrer_id)),
    r.applied_at, r.last_activity_at, r.ats_job_id, r.ats_stage_id,
    CASE WHEN r.ats_status = 'rejected'
            AND (SELECT n.by_candidate FROM rejection_reason n WHERE n.id = r.rejection_reason_id)
        THEN 'withdrawn' ELSE r.ats_status END,
    r.ats_stage_entered_at,
    CASE WHEN r.ats_status = 'hired'
        THEN coalesce((SELECT max(o.closed_at) FROM opening o WHERE o.application_id = r.id), r.ats_closed_at)
        ELSE r.ats_closed_at END,
    r.rejection_reason_id, r.ats_updated_at, r.ats_updated_at, r.listed,
    r.person_id
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::uuid[], $7::timestamptz[],
        $8::timestamptz[], $9::uuid[], $10::uuid[], $11::text[], $12::timestamptz[], $13::timestamptz[], $14::uuid[],
        $15::timestamptz[], $16::uuid[], $17::boolean[])
    AS r (id, connection, external_id, person_id, source_id, credited_user_id, applied_at, last_activity_at,
        ats_job_id, ats_stage_id, ats_status, ats_stage_entered_at, ats_closed_at, rejection_reason_id, ats_updated_at,
        referrer_id, listed)
ON CONFLICT (org_id, id) DO UPDATE
SET person_id = excluded.person_id, ats_person_id = excluded.ats_person_id, source_id = coalesce(excluded.source_id, mine.source_id),
    credited_user_id = coalesce(excluded.credited_user_id, mine.credited_user_id),
    last_activity_at = excluded.last_activity_at, ats_job_id = excluded.ats_job_id,
    ats_stage_id = excluded.ats_stage_id, ats_status = excluded.ats_status,
    ats_stage_entered_at = excluded.ats_stage_entered_at, ats_closed_at = excluded.ats_closed_at,
    rejection_reason_id = excluded.rejection_reason_id, ats_updated_at = excluded.ats_updated_at,
    ats_listed = excluded.ats_listed, unreconciled = true
WHERE mine.ats_updated_at < excluded.ats_updated_at
    OR (mine.ats_updated_at = excluded.ats_updated_at AND excluded.ats_listed
        AND (mine.person_id, mine.ats_job_id, mine.ats_stage_id, mine.ats_status, mine.rejection_reason_id)
            IS DISTINCT FROM (excluded.person_id, excluded.ats_job_id, excluded.ats_stage_id, excluded.ats_status,
                excluded.rejection_reason_id))
RETURNING id
