-- name: recorded_transitions
-- The recorded transitions of these applications, oldest first, with the ATS's entry each is linked to (probed one
-- by one: a join would read every entry there is), and with the time at which the ATS carried out a move of ours.
SELECT t.application_id, t.id, t.version, t.kind, t.to_stage_id, t.occurred_at,
    (SELECT e.stage_entry_id FROM stage_entry_link e
     WHERE e.org_id = t.org_id AND e.transition_id = t.id) AS stage_entry_id,
    t.backfilled, t.actor LIKE 'user:%' AS ours,
    CASE WHEN t.actor LIKE 'user:%' THEN (
        SELECT w.in_effect_at FROM ats_write w
        WHERE w.org_id = t.org_id AND w.application_id = t.application_id AND w.requested_at = t.occurred_at
            AND w.cause = t.cause
    ) END AS in_effect_at
FROM transition t
WHERE t.application_id = ANY($1::uuid[])
ORDER BY t.application_id, t.version
