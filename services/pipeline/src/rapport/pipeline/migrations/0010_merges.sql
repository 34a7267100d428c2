-- Several records can be one person: one of them stands for the person and is shown, the others point at it. Users merge
-- here, and undo it; what the ATS merges stays merged.

-- A record that does not stand for a person of its own has one merge in force; following these leads to the one that
-- does. Nothing here tells who somebody is: as in the log of an erased person, ids stay.
CREATE TABLE person_merge (
    org_id text NOT NULL,
    id uuid NOT NULL,
    survivor_id uuid NOT NULL,
    merged_id uuid NOT NULL,
    -- Who says so: a user, or the ATS.
    origin text NOT NULL CHECK (origin IN ('user', 'ats')),
    -- What the person takes from the merged side although the survivor's has it too.
    taken text[] NOT NULL DEFAULT '{}',
    merged_at timestamptz NOT NULL,
    merged_by uuid,
    -- The idempotency key of the request.
    cause text NOT NULL,
    ended_at timestamptz,
    ended_by uuid,
    PRIMARY KEY (org_id, id),
    CHECK (survivor_id <> merged_id)
);
CREATE UNIQUE INDEX person_merge_in_force ON person_merge (org_id, merged_id) WHERE ended_at IS NULL;
CREATE INDEX person_merge_by_survivor ON person_merge (org_id, survivor_id) WHERE ended_at IS NULL;

-- The rows of every organisation, which the owner sees only without its policies.
ALTER TABLE person NO FORCE ROW LEVEL SECURITY;
INSERT INTO person_merge (org_id, id, survivor_id, merged_id, origin, merged_at, cause)
SELECT org_id, gen_random_uuid(), merged_into, id, 'ats', deleted_at, 'migration' FROM person
WHERE merged_into IS NOT NULL;
ALTER TABLE person FORCE ROW LEVEL SECURITY;

-- What the record that stands for several says itself, while the row shows what they say together. Erased with the row.
ALTER TABLE person ADD COLUMN own json;

-- Whose the application is in the ATS: the record that it goes back to when a merge is undone.
ALTER TABLE application ADD COLUMN ats_person_id uuid;
ALTER TABLE application NO FORCE ROW LEVEL SECURITY;
UPDATE application SET ats_person_id = person_id;
ALTER TABLE application FORCE ROW LEVEL SECURITY;
ALTER TABLE application ALTER COLUMN ats_person_id SET NOT NULL;
CREATE INDEX application_by_ats_person ON application (org_id, ats_person_id);

-- The records of whom a record stands for: its own, and those that were merged into it.
CREATE FUNCTION records_of(person uuid) RETURNS uuid[] LANGUAGE sql STABLE
    RETURN ARRAY(SELECT person UNION ALL SELECT m.id FROM person m WHERE m.merged_into = person);

-- A record that was merged here is in the ATS still, and kept; it is not shown. What was recorded of several records of
-- one person is shown together, once where two say the same; whoever refused on one record refused.
CREATE OR REPLACE VIEW person_document WITH (security_invoker = true) AS
SELECT p.org_id, p.id, p.first_name, p.last_name, p.title, p.company, p.location,
    CASE WHEN c.emails IS NULL THEN p.emails ELSE (p.emails::jsonb || c.emails)::json END AS emails,
    CASE WHEN c.phones IS NULL THEN p.phones ELSE (p.phones::jsonb || c.phones)::json END AS phones,
    p.links || coalesce(c.links, '{}') AS links,
    p.tags || coalesce(t.tags, '{}') AS tags,
    p.added_at, p.last_activity_at,
    json_build_object('email', CASE WHEN c.email_refused THEN false
        ELSE coalesce(p.may_be_emailed, c.email_agreed, false) END) AS consents,
    coalesce(c.points, '[]') AS contact_points,
    coalesce(t.tags, '{}') AS added_tags,
    p.connection <> '' AS in_ats
FROM person p
CROSS JOIN LATERAL (SELECT records_of(p.id) AS ids) r
LEFT JOIN LATERAL (
    SELECT
        jsonb_agg(jsonb_build_object('value', k.value, 'type', k.type, 'record_id', k.person_id)
            ORDER BY k.added_at, k.id) FILTER (WHERE k.kind = 'email') AS emails,
        jsonb_agg(jsonb_build_object('value', k.value, 'type', k.type, 'record_id', k.person_id)
            ORDER BY k.added_at, k.id) FILTER (WHERE k.kind = 'phone') AS phones,
        array_agg(k.value ORDER BY k.added_at, k.id) FILTER (WHERE k.kind = 'link') AS links,
        bool_or(k.refused) FILTER (WHERE k.kind = 'email') AS email_refused,
        bool_or(k.consent = 'given') FILTER (WHERE k.kind = 'email') AS email_agreed,
        json_agg(json_build_object('id', k.id, 'kind', k.kind, 'value', k.value, 'type', k.type, 'consent',
            CASE WHEN k.refused THEN 'refused' ELSE k.consent END) ORDER BY k.added_at, k.id) AS points
    FROM (
        SELECT DISTINCT ON (kind, key) *, bool_or(consent = 'refused') OVER (PARTITION BY kind, key) AS refused
        FROM contact_point WHERE org_id = p.org_id AND person_id = ANY(r.ids)
        ORDER BY kind, key, person_id <> p.id, added_at, id
    ) k
) c ON true
LEFT JOIN LATERAL (
    SELECT array_agg(g.tag ORDER BY g.key) AS tags FROM (
        SELECT DISTINCT ON (key) tag, key FROM person_tag
        WHERE org_id = p.org_id AND person_id = ANY(r.ids) ORDER BY key, person_id <> p.id
    ) g
    WHERE g.key <> ALL (ARRAY(SELECT search_text(x) FROM unnest(p.tags) AS x))
) t ON true
WHERE p.deleted_at IS NULL AND p.merged_into IS NULL;

-- A person is in a project once, whichever of their records were added.
CREATE OR REPLACE VIEW project_document WITH (security_invoker = true) AS
SELECT org_id, id, name, search_name, created_by, created_at, archived_at, version,
    (SELECT count(DISTINCT coalesce(r.merged_into, r.id))
     FROM project_person m JOIN person r ON r.org_id = m.org_id AND r.id = m.person_id
     WHERE m.org_id = p.org_id AND m.project_id = p.id) AS people
FROM project p;

-- Of a person with several records, what is known of each: once, where two say the same.
CREATE OR REPLACE VIEW profile_document WITH (security_invoker = true) AS
SELECT
    p.org_id, p.id AS person_id,
    (SELECT coalesce(json_agg(e), '[]') FROM (
        SELECT DISTINCT company, title, started_on, ended_on FROM employment
        WHERE org_id = p.org_id AND person_id = ANY(r.ids)
        ORDER BY ended_on DESC NULLS FIRST, started_on DESC NULLS LAST, company, title LIMIT 50
     ) e) AS employments,
    (SELECT coalesce(json_agg(e), '[]') FROM (
        SELECT DISTINCT school, degree, discipline, started_on, ended_on FROM education
        WHERE org_id = p.org_id AND person_id = ANY(r.ids)
        ORDER BY ended_on DESC NULLS FIRST, started_on DESC NULLS LAST, school, degree LIMIT 50
     ) e) AS educations,
    (SELECT coalesce(json_agg(f), '[]') FROM (
        SELECT id, name, kind, added_at FROM attachment
        WHERE org_id = p.org_id AND person_id = ANY(r.ids) AND public
        ORDER BY added_at DESC, id LIMIT 50
     ) f) AS attachments,
    (SELECT coalesce(json_agg(json_build_object(
        'url', l.url, 'kind', CASE WHEN l.url = ANY(p.websites) THEN 'website' ELSE 'social' END) ORDER BY l.n), '[]')
     FROM unnest(p.links) WITH ORDINALITY AS l (url, n)) AS web_links,
    (SELECT coalesce(json_agg(json_build_object('name', c.name, 'value', p.custom_fields ->> c.key) ORDER BY c.name), '[]')
     FROM custom_field c
     WHERE c.org_id = p.org_id AND c.connection = p.connection AND c.shown AND c.active AND NOT c.private
        AND p.custom_fields ->> c.key IS NOT NULL) AS custom_fields,
    (SELECT json_build_object('id', u.id, 'name', u.name, 'email', u.email) FROM user_account u
     WHERE u.org_id = p.org_id AND u.id = p.recruiter_id) AS recruiter,
    (SELECT json_build_object('id', u.id, 'name', u.name, 'email', u.email) FROM user_account u
     WHERE u.org_id = p.org_id AND u.id = p.coordinator_id) AS coordinator,
    p.is_private
FROM person p
CROSS JOIN LATERAL (SELECT records_of(p.id) AS ids) r
WHERE p.deleted_at IS NULL AND p.merged_into IS NULL;

DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
BEGIN
    ALTER TABLE person_merge ENABLE ROW LEVEL SECURITY;
    ALTER TABLE person_merge FORCE ROW LEVEL SECURITY;
    EXECUTE format('CREATE POLICY by_organisation ON person_merge TO %I USING (org_id = current_org())', service);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON person_merge TO %I', service);
END
$$;
