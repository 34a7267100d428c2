-- name: attention_facts
-- The facts about those of these applications that are active and for open jobs. A user of the person's record goes before one of the
-- job's team, and a responsible one before another.
SELECT
    a.id AS application_id, a.person_id, a.job_id, a.applied_at, s.kind AS stage_kind, a.stage_entered_at,
    a.last_activity_at, a.version,
    (SELECT max(e.occurred_at) FROM activity e
     WHERE e.person_id = ANY(records_of(a.person_id))
        AND e.entry ->> 'kind' IN ('message_sent', 'reply_received')) AS last_contact_at,
    coalesce(p.recruiter_id, team.recruiter_id) AS recruiter_id,
    coalesce(p.coordinator_id, team.coordinator_id) AS coordinator_id,
    team.manager_id,
    (SELECT json_agg(json_build_object(
        -- One that is over although nobody said when was over when the stage began, for all that is known.
        'ends_at', coalesce(w.ends_at, w.starts_at, CASE WHEN w.status <> 'scheduled' THEN a.stage_entered_at END),
        'interviewers', (SELECT coalesce(json_agg(json_build_object(
            'id', v.id, 'user_id', v.user_id,
            'submitted_at', (SELECT min(k.submitted_at) FROM scorecard k
                WHERE k.org_id = v.org_id AND k.application_id = w.application_id AND k.interview_id = w.id
                    AND k.user_id = v.user_id)
            )), '[]') FROM interviewer v WHERE v.org_id = w.org_id AND v.interview_id = w.id)
     )) FROM interview w
     WHERE w.org_id = a.org_id AND w.application_id = a.id
        AND w.status IN ('scheduled', 'awaiting_feedback', 'complete')) AS interviews,
    (SELECT json_agg(json_build_object(
        'id', o.id, 'status', o.status, 'created_at', o.created_at, 'sent_at', o.sent_at) ORDER BY o.version DESC)
     FROM offer o WHERE o.org_id = a.org_id AND o.application_id = a.id) AS offers
FROM application a
JOIN job_stage s ON s.org_id = a.org_id AND s.id = a.stage_id
JOIN job j ON j.org_id = a.org_id AND j.id = a.job_id AND j.status = 'open' AND j.removed_at IS NULL
JOIN person p ON p.org_id = a.org_id AND p.id = a.person_id
LEFT JOIN LATERAL (
    SELECT
        (array_agg(t.user_id ORDER BY t.responsible DESC, t.id) FILTER (WHERE t.role = 'recruiter'))[1] AS recruiter_id,
        (array_agg(t.user_id ORDER BY t.responsible DESC, t.id) FILTER (WHERE t.role = 'coordinator'))[1]
            AS coordinator_id,
        (array_agg(t.user_id ORDER BY t.responsible DESC, t.id) FILTER (WHERE t.role = 'hiring_manager'))[1] AS manager_id
    FROM job_team t WHERE t.org_id = a.org_id AND t.job_id = a.job_id
) team ON true
WHERE a.id = ANY($1::uuid[]) AND a.status = 'active' AND a.version > 0 AND a.removed_at IS NULL AND p.deleted_at IS NULL
