-- name: save_attention
-- The flags of these applications as they are now ($2 to $15), and when each is to be looked at again ($1, $16):
-- never, if time alone changes nothing; null if it is not active any more.
WITH looked AS (
    SELECT * FROM unnest($1::uuid[], $16::timestamptz[]) AS l (application_id, due_at)
), flags AS (
    SELECT * FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::uuid[], $7::uuid[], $8::timestamptz[],
        $9::timestamptz[], $10::timestamptz[], $11::text[], $12::timestamptz[], $13::timestamptz[], $14::uuid[],
        $15::text[])
        AS f (application_id, id, reason, subject_id, job_id, owner_id, since, yellow_at, red_at, severity, raised_at,
            snoozed_until, snoozed_by, snooze_note)
), gone AS (
    DELETE FROM attention_flag f WHERE f.application_id = ANY($1) AND NOT EXISTS (
        SELECT 1 FROM flags n
        WHERE n.application_id = f.application_id AND n.reason = f.reason AND n.subject_id = f.subject_id)
), again AS (
    INSERT INTO attention_due (org_id, application_id, due_at)
    SELECT current_org(), l.application_id, l.due_at FROM looked l WHERE l.due_at IS NOT NULL ORDER BY l.application_id
    ON CONFLICT (org_id, application_id) DO UPDATE SET due_at = excluded.due_at
), never AS (
    DELETE FROM attention_due d USING looked l WHERE d.application_id = l.application_id AND l.due_at IS NULL
)
INSERT INTO attention_flag (org_id, application_id, id, reason, subject_id, job_id, owner_id, since, yellow_at, red_at, severity,
    raised_at, snoozed_until, snoozed_by, snooze_note)
SELECT current_org(), f.* FROM flags f
ON CONFLICT (org_id, application_id, reason, subject_id) DO UPDATE
SET job_id = excluded.job_id, owner_id = excluded.owner_id, since = excluded.since, yellow_at = excluded.yellow_at,
    red_at = excluded.red_at, severity = excluded.severity, raised_at = excluded.raised_at,
    snoozed_until = excluded.snoozed_until, snoozed_by = excluded.snoozed_by, snooze_note = excluded.snooze_note
