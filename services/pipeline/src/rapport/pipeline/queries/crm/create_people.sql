-- name: create_people
-- People who are not from the ATS. Creating one again changes nothing; those who are new are answered.
INSERT INTO person (org_id, id, connection, external_id, first_name, last_name, title, company, location, emails, phones,
    links, tags, added_at, ats_updated_at, version, created_by, import_id, keys_stale)
SELECT current_org(), n.id, '', '', n.first_name, n.last_name, n.title, n.company, n.location, '[]', '[]', '{}', '{}',
    coalesce(n.added_at, $8), $8, 1, $9, $10, false
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
    AS n (id, first_name, last_name, title, company, location, added_at)
ON CONFLICT (org_id, id) DO NOTHING
RETURNING id
