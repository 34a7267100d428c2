-- name: upsert_person
-- An older record never overwrites a newer one: lists lag behind webhooks. What a delivery says, which does not say when
-- the person last changed, is taken only for an unknown person. What is new is answered; one that stands for several is
-- merged with them again by the caller.
INSERT INTO person AS mine (org_id, id, connection, external_id, first_name, last_name, title, company, location,
    emails, phones, links, tags, added_at, last_activity_at, ats_updated_at, may_be_emailed,
    recruiter_id, coordinator_id, is_private, websites, custom_fields)
SELECT current_org(), r.id, r.connection, r.external_id, r.first_name, r.last_name, r.title, r.company, r.location,
    r.emails::json, r.phones::json, array(SELECT json_array_elements_text(r.links::json)),
    array(SELECT json_array_elements_text(r.tags::json)), r.added_at, r.last_activity_at, r.ats_updated_at, r.may_be_emailed,
    r.recruiter_id, r.coordinator_id, r.is_private, array(SELECT json_array_elements_text(r.websites::json)),
    r.custom_fields::jsonb
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
        $9::text[], $10::text[], $11::text[], $12::text[], $13::timestamptz[], $14::timestamptz[], $15::timestamptz[],
        $16::boolean[], $17::boolean[], $18::uuid[], $19::uuid[], $20::boolean[], $21::text[], $22::text[])
    AS r (id, connection, external_id, first_name, last_name, title, company, location,
        emails, phones, links, tags, added_at, last_activity_at, ats_updated_at, may_be_emailed, listed,
        recruiter_id, coordinator_id, is_private, websites, custom_fields)
WHERE r.listed OR NOT EXISTS (SELECT 1 FROM person p WHERE p.id = r.id)
ON CONFLICT (org_id, id) DO UPDATE
SET first_name = excluded.first_name, last_name = excluded.last_name, title = excluded.title,
    company = excluded.company, location = excluded.location, emails = excluded.emails, phones = excluded.phones,
    links = excluded.links, tags = excluded.tags, last_activity_at = excluded.last_activity_at,
    ats_updated_at = excluded.ats_updated_at, may_be_emailed = excluded.may_be_emailed, own = NULL,
    recruiter_id = excluded.recruiter_id, coordinator_id = excluded.coordinator_id, is_private = excluded.is_private,
    websites = excluded.websites, custom_fields = excluded.custom_fields
WHERE mine.deleted_at IS NULL AND (mine.ats_updated_at < excluded.ats_updated_at
    OR (mine.ats_updated_at = excluded.ats_updated_at
        AND (mine.first_name, mine.last_name, mine.title, mine.company, mine.location, mine.emails::text,
            mine.phones::text, mine.links, mine.tags, mine.may_be_emailed, mine.recruiter_id,
            mine.coordinator_id, mine.is_private, mine.websites, mine.custom_fields)
        IS DISTINCT FROM (excluded.first_name, excluded.last_name, excluded.title, excluded.company,
            excluded.location, excluded.emails::text, excluded.phones::text, excluded.links, excluded.tags,
            excluded.may_be_emailed, excluded.recruiter_id, excluded.coordinator_id, excluded.is_private,
            excluded.websites, excluded.custom_fields)))
RETURNING id
