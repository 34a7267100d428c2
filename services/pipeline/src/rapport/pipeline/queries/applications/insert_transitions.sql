-- name: insert_transitions
-- History only grows.
INSERT INTO transition (org_id, id, application_id, version, kind, from_stage_id, to_stage_id, occurred_at,
    recorded_at, actor, cause, backfilled)
SELECT current_org(), t.id, t.application_id, t.version, t.kind, t.from_stage_id, t.to_stage_id, t.occurred_at,
    $1, $2, $3, t.backfilled
FROM unnest($4::uuid[], $5::uuid[], $6::bigint[], $7::text[], $8::uuid[], $9::uuid[], $10::timestamptz[],
        $11::boolean[])
    AS t (id, application_id, version, kind, from_stage_id, to_stage_id, occurred_at, backfilled)
