-- name: left_users_with_access
-- Users whom the ATS deactivated or no longer has, and who still have roles, grants or teams from here.
SELECT u.id FROM user_account u
JOIN (SELECT user_id FROM user_access UNION SELECT user_id FROM job_team WHERE collection = 'added_here') g ON g.user_id = u.id
WHERE u.external_id <> '' AND NOT u.active
ORDER BY u.id
