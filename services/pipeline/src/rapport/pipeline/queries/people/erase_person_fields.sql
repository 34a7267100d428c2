-- name: erase_person_fields
-- Some of what is personal goes; the person stays. A list that lags behind still shows the record as it was when we
-- last read it: that is an older one from now on.
UPDATE person
SET emails = CASE WHEN 'emails' = ANY($2::text[]) THEN '[]' ELSE emails END,
    phones = CASE WHEN 'phones' = ANY($2::text[]) THEN '[]' ELSE phones END,
    title = CASE WHEN 'title' = ANY($2::text[]) THEN NULL ELSE title END,
    company = CASE WHEN 'company' = ANY($2::text[]) THEN NULL ELSE company END,
    location = CASE WHEN 'location' = ANY($2::text[]) THEN NULL ELSE location END,
    links = CASE WHEN 'links' = ANY($2::text[]) THEN '{}' ELSE links END,
    websites = CASE WHEN 'links' = ANY($2::text[]) THEN '{}' ELSE websites END,
    custom_fields = CASE WHEN 'custom_fields' = ANY($2::text[]) THEN '{}' ELSE custom_fields END,
    tags = CASE WHEN 'tags' = ANY($2::text[]) THEN '{}' ELSE tags END,
    ats_updated_at = ats_updated_at + interval '1 microsecond', version = version + 1
WHERE (id = $1 AND deleted_at IS NULL) OR merged_into = $1
RETURNING id, version
