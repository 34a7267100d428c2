-- name: count_absences
-- Of one user, that are not over: they are limited.
SELECT count(*) FROM absence WHERE user_id = $1 AND last_day >= now()::date
