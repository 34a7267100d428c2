-- name: lock_records_of_people
-- All records of the people to whom these belong, with what each says itself; locked.
SELECT p.id, coalesce(p.merged_into, p.id) AS root, p.deleted_at IS NOT NULL AS ended, p.version,
    coalesce(p.own, json_build_object('first_name', p.first_name, 'last_name', p.last_name, 'title', p.title,
        'company', p.company, 'location', p.location, 'emails', p.emails, 'phones', p.phones, 'links', p.links,
        'tags', p.tags, 'may_be_emailed', p.may_be_emailed, 'websites', p.websites, 'custom_fields', p.custom_fields,
        'recruiter_id', p.recruiter_id, 'coordinator_id', p.coordinator_id, 'is_private', p.is_private))::text AS own
FROM person p
WHERE p.id = ANY(ARRAY(SELECT coalesce(q.merged_into, q.id) FROM person q WHERE q.id = ANY($1::uuid[])))
    OR p.merged_into = ANY(ARRAY(SELECT coalesce(q.merged_into, q.id) FROM person q WHERE q.id = ANY($1::uuid[])))
ORDER BY p.id
FOR UPDATE
