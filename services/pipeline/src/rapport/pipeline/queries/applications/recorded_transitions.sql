-- name: recorded_transitions
-- The recorded transitions of these applications, oldest first, with the ATS's entry each is linked to (probed one
-- by one: a join would read every entry there is), and with the time at which the ATS carried out a move of ours,
-- at first or when it was written again.
SELECT t.application_id, t.id, t.version, t.kind, t.to_stage_id, t.occurred_at,
    (SELECT e.stage_entry_id FROM stage_entry_link e
     WHERE e.org_id = t.org_id AND e.transition_id = t.id) AS stage_entry_id,
    t.backfilled, t.actor LIKE 'user:%' AS ours, w.in_effect_at, w.kept_at
FROM transition t
LEFT JOIN LATERAL (
    SELECT max(w.in_effect_at) AS in_effect_at, max(w.requested_at) FILTER (WHERE w.repeats = t.version) AS kept_at
    FROM ats_write w
    WHERE t.actor LIKE 'user:%' AND w.org_id = t.org_id AND w.application_id = t.application_id
        AND w.state <> 'refused'
        AND (w.repeats = t.version OR (w.requested_at = t.occurred_at AND w.cause = t.cause))
) w ON true
WHERE t.application_id = ANY($1::uuid[])
ORDER BY t.application_id, t.version
