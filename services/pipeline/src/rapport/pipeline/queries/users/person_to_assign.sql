-- name: person_to_assign
-- A person ($1) whom the viewer ($2) may see, as the ATS knows them, with who looks after them; and as the ATS knows them the
-- user ($3) who is to, and the one who asks ($4).
SELECT p.connection, p.external_id, p.recruiter_id, p.coordinator_id,
    (SELECT u.external_id FROM user_account u
        WHERE u.org_id = p.org_id AND u.id = $3 AND u.connection = p.connection AND u.active) AS user_ref,
    (SELECT u.external_id FROM user_account u
        WHERE u.org_id = p.org_id AND u.id = $4 AND u.connection = p.connection AND u.active) AS viewer_ref
FROM person p
WHERE p.id = $1 AND p.deleted_at IS NULL AND p.merged_into IS NULL AND is_visible_to($2, p.id, p.is_private)
