-- name: upsert_person
-- An older record never overwrites a newer one: lists lag behind webhooks. What is new is answered.
INSERT INTO person AS mine (org_id, id, connection, external_id, first_name, last_name, title, company, location,
    emails, phones, links, tags, added_at, last_activity_at, ats_updated_at, may_be_emailed)
SELECT current_org(), r.id, r.connection, r.external_id, r.first_name, r.last_name, r.title, r.company, r.location,
    r.emails::json, r.phones::json, array(SELECT json_array_elements_text(r.links::json)),
    array(SELECT json_array_elements_text(r.tags::json)), r.added_at, r.last_activity_at, r.ats_updated_at, r.may_be_emailed
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
        $9::text[], $10::text[], $11::text[], $12::text[], $13::timestamptz[], $14::timestamptz[], $15::timestamptz[],
        $16::boolean[])
    AS r (id, connection, external_id, first_name, last_name, title, company, location,
        emails, phones, links, tags, added_at, last_activity_at, ats_updated_at, may_be_emailed)
ON CONFLICT (org_id, id) DO UPDATE
SET first_name = excluded.first_name, last_name = excluded.last_name, title = excluded.title,
    company = excluded.company, location = excluded.location, emails = excluded.emails, phones = excluded.phones,
    links = excluded.links, tags = excluded.tags, last_activity_at = excluded.last_activity_at,
    ats_updated_at = excluded.ats_updated_at, may_be_emailed = excluded.may_be_emailed
WHERE mine.deleted_at IS NULL AND (mine.ats_updated_at < excluded.ats_updated_at
    OR (mine.may_be_emailed IS NULL AND mine.ats_updated_at = excluded.ats_updated_at))
RETURNING id
