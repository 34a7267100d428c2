-- name: get_bulk_actions
-- Those of these actions ($1) that are the user's ($2), with how many people have which outcome.
SELECT json_build_object('items', coalesce(json_agg(json_build_object(
    'id', b.id, 'action', b.action, 'requested_by', b.requested_by, 'requested_at', b.requested_at, 'state', b.state,
    'people', b.people, 'result_id', b.result_id, 'version', b.version,
    'expected', (SELECT coalesce(json_agg(json_build_object('outcome', c.outcome, 'people', c.people) ORDER BY c.outcome), '[]')
        FROM (SELECT p.expected AS outcome, count(*) AS people FROM bulk_action_person p
            WHERE p.org_id = b.org_id AND p.action_id = b.id GROUP BY p.expected) c),
    'outcomes', (SELECT coalesce(json_agg(json_build_object('outcome', c.outcome, 'people', c.people) ORDER BY c.outcome), '[]')
        FROM (SELECT p.outcome, count(*) AS people FROM bulk_action_person p
            WHERE p.org_id = b.org_id AND p.action_id = b.id AND p.outcome IS NOT NULL GROUP BY p.outcome) c),
    'in_process', (SELECT count(*) FROM bulk_action_person p
        WHERE p.org_id = b.org_id AND p.action_id = b.id AND 'in_process' = ANY(p.warnings)),
    'mails', CASE WHEN b.action #> '{rejection,mail}' IS NULL THEN 0 ELSE (SELECT count(*) FROM bulk_action_person p
        WHERE p.org_id = b.org_id AND p.action_id = b.id AND p.outcome = 'done'
            AND NOT 'without_mail' = ANY(p.warnings)) END
)), '[]'))::text
FROM bulk_action b WHERE b.id = ANY($1::uuid[]) AND b.requested_by = $2
