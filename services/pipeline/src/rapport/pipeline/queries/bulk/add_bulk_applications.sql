-- name: add_bulk_applications
-- In the order of the request, each with the stage in which the user saw it and the one that it is to be in; and whose people
-- are not told of what the others are told of.
INSERT INTO bulk_action_person (org_id, action_id, number, application_id, stage_id, to_stage_id, expected, warnings)
SELECT current_org(), $1, a.number, a.id, a.stage_id, a.to_stage_id, 'done',
    CASE WHEN a.without_mail THEN ARRAY['without_mail'] ELSE '{}' END
FROM unnest($2::integer[], $3::uuid[], $4::uuid[], $5::uuid[], $6::boolean[]) AS a (number, id, stage_id, to_stage_id, without_mail)
