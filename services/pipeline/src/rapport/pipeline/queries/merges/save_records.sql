-- name: save_records
-- Which record stands for whom ($2), and what each shows: of one that stands for several what they say together ($4),
-- while it keeps what it says itself ($3).
UPDATE person p
SET merged_into = nullif(r.root, r.id), own = r.own::json, version = r.version,
    first_name = s.first_name, last_name = s.last_name, title = s.title, company = s.company, location = s.location,
    emails = s.emails, phones = s.phones, links = s.links, tags = s.tags, may_be_emailed = s.may_be_emailed,
    websites = s.websites, custom_fields = s.custom_fields, recruiter_id = s.recruiter_id,
    coordinator_id = s.coordinator_id, is_private = s.is_private
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[]) AS r (id, root, own, shown, version),
    json_to_record(r.shown::json) AS s (first_name text, last_name text, title text, company text, location text,
        emails json, phones json, links text[], tags text[], may_be_emailed boolean,
        websites text[], custom_fields jsonb, recruiter_id uuid, coordinator_id uuid, is_private boolean)
WHERE p.id = r.id
