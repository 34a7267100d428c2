-- What is done to thousands of people at a time, as by an import, takes as long for each as for one.

-- People whose contact points change are marked once for each statement, not once for each point.
DROP TRIGGER contact_point_changed ON contact_point;
DROP FUNCTION mark_person_of_contact_point();
CREATE FUNCTION mark_people_of_contact_points() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE person p SET duplicates_due = true FROM changed c
    WHERE p.org_id = c.org_id AND p.id = c.person_id AND NOT p.duplicates_due;
    RETURN NULL;
END
$$;
CREATE TRIGGER contact_points_added AFTER INSERT ON contact_point REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION mark_people_of_contact_points();
CREATE TRIGGER contact_points_removed AFTER DELETE ON contact_point REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION mark_people_of_contact_points();

-- As before, with the records looked up once for each person. Otherwise the call becomes part of the conditions, and as
-- long as a table has no statistics, it is made for every row of it.
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
CROSS JOIN LATERAL (SELECT records_of(p.id) AS ids OFFSET 0) r
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
CROSS JOIN LATERAL (SELECT records_of(p.id) AS ids OFFSET 0) r
WHERE p.deleted_at IS NULL AND p.merged_into IS NULL;

-- As before, and what imports and the search for duplicates fill.
CREATE OR REPLACE FUNCTION refresh_statistics() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    ANALYZE user_account, job, job_stage, job_team, person, application, stage_entry, transition, stage_entry_link,
        interview, interviewer, scorecard, board_card, publication, employment, education, attachment, offer,
        contact_point, person_key, person_tag, note, project_person, probable_duplicate, import_row, import_key;
END
$$;
