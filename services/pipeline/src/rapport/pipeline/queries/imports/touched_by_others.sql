-- name: touched_by_others
-- People whom the import created and with whom something has happened since: anything that it did not do itself.
SELECT p.id FROM person p
WHERE p.import_id = $1 AND p.deleted_at IS NULL AND ($2::uuid[] IS NULL OR p.id = ANY($2::uuid[])) AND (
    EXISTS (SELECT 1 FROM application a WHERE a.org_id = p.org_id AND a.person_id = p.id)
    OR EXISTS (SELECT 1 FROM note n WHERE n.org_id = p.org_id AND n.person_id = p.id
        AND (n.import_id IS DISTINCT FROM $1 OR n.version > 1))
    OR EXISTS (SELECT 1 FROM contact_point c WHERE c.org_id = p.org_id AND c.person_id = p.id
        AND c.import_id IS DISTINCT FROM $1)
    OR EXISTS (SELECT 1 FROM person_tag t WHERE t.org_id = p.org_id AND t.person_id = p.id
        AND t.import_id IS DISTINCT FROM $1)
    OR EXISTS (SELECT 1 FROM project_person m WHERE m.org_id = p.org_id AND m.person_id = p.id
        AND m.import_id IS DISTINCT FROM $1)
    OR EXISTS (SELECT 1 FROM sourcing_activity s WHERE s.org_id = p.org_id AND s.person_id = p.id)
    OR p.merged_into IS NOT NULL
    OR EXISTS (SELECT 1 FROM person o WHERE o.org_id = p.org_id AND o.merged_into = p.id)
    OR EXISTS (SELECT 1 FROM activity e WHERE e.org_id = p.org_id AND e.person_id = p.id
        AND e.entry ->> 'kind' NOT IN ('person_created', 'note_added', 'project_joined')))
LIMIT $3
