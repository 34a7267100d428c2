-- name: search_documents
-- What the index knows of people: one JSON document each. Records that were merged are part of the person they are;
-- those of $1 who are no people, or no longer, have none. Times are microseconds since 1970.
SELECT p.id, (
    SELECT json_build_object(
        'name', trim(d.first_name || ' ' || d.last_name), 'title', d.title, 'company', d.company, 'location', d.location,
        'tags', d.tags,
        'past_jobs', ARRAY(SELECT concat_ws(' ', e.title, e.company) FROM employment e
            WHERE e.org_id = p.org_id AND e.person_id = ANY(r.ids) AND e.ended_on IS NOT NULL),
        'education', ARRAY(SELECT concat_ws(' ', e.school, e.degree, e.discipline) FROM education e
            WHERE e.org_id = p.org_id AND e.person_id = ANY(r.ids)),
        'notes', (SELECT coalesce(json_agg(json_build_object(
                'body', n.body, 'visibility', n.visibility, 'author', n.author_id, 'job', n.job_id)), '[]')
            FROM note n WHERE n.org_id = p.org_id AND n.person_id = ANY(r.ids)),
        'projects', ARRAY(SELECT m.project_id FROM project_person m
            WHERE m.org_id = p.org_id AND m.person_id = ANY(r.ids)),
        'added_at', (extract(epoch FROM d.added_at) * 1000000)::bigint,
        'last_activity_at', (extract(epoch FROM d.last_activity_at) * 1000000)::bigint,
        'last_contacted_at', (SELECT (extract(epoch FROM max(o.occurred_at)) * 1000000)::bigint FROM sourcing_outcome o
            WHERE o.org_id = p.org_id AND o.person_id = ANY(r.ids) AND o.kind = 'message'),
        'last_replied_at', (SELECT (extract(epoch FROM max(o.occurred_at)) * 1000000)::bigint FROM sourcing_outcome o
            WHERE o.org_id = p.org_id AND o.person_id = ANY(r.ids) AND o.kind = 'reply'),
        'last_job_began_at', (SELECT (extract(epoch FROM max(e.started_on)) * 1000000)::bigint FROM employment e
            WHERE e.org_id = p.org_id AND e.person_id = ANY(r.ids)),
        'may_be_emailed', (d.consents ->> 'email')::boolean,
        -- Of this record alone: when people are merged, outreach enters what holds for one of them for whom they are.
        'suppressed', EXISTS (SELECT FROM suppression u
            WHERE u.org_id = p.org_id AND u.person_id = p.id AND u.in_force),
        'is_private', p.is_private,
        'close', array_remove(ARRAY[p.recruiter_id, p.coordinator_id], NULL),
        'applications', (SELECT coalesce(json_agg(x), '[]') FROM (
            SELECT a.id, a.job_id AS job, t.name AS department, o.name AS location, c.name AS source,
                coalesce(c.origin, 'unknown') AS origin, a.status,
                CASE WHEN a.status = 'hired' THEN 'hired' ELSE (
                    SELECT s.kind FROM (
                        SELECT a.stage_id AS id UNION ALL
                        SELECT h.to_stage_id FROM transition h WHERE h.org_id = a.org_id AND h.application_id = a.id
                    ) v JOIN job_stage s ON s.org_id = a.org_id AND s.id = v.id
                    ORDER BY array_position(ARRAY['contacted', 'replied', 'applied', 'screen', 'interview', 'onsite',
                        'offer', 'hired'], s.kind) DESC NULLS LAST LIMIT 1) END AS furthest_stage,
                (extract(epoch FROM a.applied_at) * 1000000)::bigint AS applied_at,
                (extract(epoch FROM a.closed_at) * 1000000)::bigint AS closed_at,
                CASE WHEN a.status IN ('rejected', 'withdrawn') THEN w.name END AS close_reason,
                coalesce(w.by_candidate, false) AS turned_down,
                ARRAY(SELECT k.rating FROM scorecard k WHERE k.org_id = a.org_id AND k.application_id = a.id
                    AND k.submitted_at IS NOT NULL AND k.rating IS NOT NULL) AS ratings,
                (SELECT coalesce(json_agg(json_build_object('name', y.name, 'rating', y.rating)), '[]')
                 FROM scorecard k, jsonb_to_recordset(k.attributes) AS y (name text, rating text)
                 WHERE k.org_id = a.org_id AND k.application_id = a.id AND k.submitted_at IS NOT NULL
                    AND y.name IS NOT NULL AND y.rating IS NOT NULL) AS attributes,
                CASE WHEN f.status = 'superseded' THEN 'rescinded' ELSE f.status END AS offer,
                (extract(epoch FROM f.resolved_at) * 1000000)::bigint AS offer_resolved_at,
                CASE WHEN f.status = 'declined' THEN f.decline_reason END AS decline_reason,
                ARRAY(SELECT DISTINCT v.user_id FROM interview i
                    JOIN interviewer v ON v.org_id = i.org_id AND v.interview_id = i.id
                    WHERE i.org_id = a.org_id AND i.application_id = a.id AND NOT EXISTS (
                        SELECT 1 FROM scorecard k WHERE k.org_id = i.org_id AND k.application_id = a.id
                            AND k.interview_id = i.id AND k.user_id = v.user_id AND k.submitted_at IS NOT NULL)) AS owed_by
            FROM application a
            JOIN job j ON j.org_id = a.org_id AND j.id = a.job_id
            LEFT JOIN department t ON t.org_id = j.org_id AND t.id = j.department_id
            LEFT JOIN office o ON o.org_id = j.org_id AND o.id = j.office_id
            LEFT JOIN source c ON c.org_id = a.org_id AND c.id = a.source_id
            LEFT JOIN rejection_reason w ON w.org_id = a.org_id AND w.id = close_reason_of(a)
            LEFT JOIN LATERAL (
                SELECT e.status, e.resolved_at, e.decline_reason FROM offer e
                WHERE e.org_id = a.org_id AND e.application_id = a.id ORDER BY e.version DESC LIMIT 1
            ) f ON true
            WHERE a.org_id = p.org_id AND a.person_id = p.id AND a.version > 0 AND a.removed_at IS NULL
        ) x)
    )::text
    -- OFFSET 0 has the records looked up once for each person. Otherwise the call becomes part of the conditions above,
    -- and where a table has no statistics yet, as after the first reading, it is made for every row of it.
    FROM person_document d, LATERAL (SELECT records_of(p.id) AS ids OFFSET 0) r
    WHERE d.org_id = p.org_id AND d.id = p.id
) AS document
FROM person p WHERE p.org_id = current_org() AND p.id = ANY($1::uuid[])
