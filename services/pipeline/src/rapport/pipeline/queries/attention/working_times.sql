-- name: working_times
-- When everybody works, as far as somebody said so; absences that are over are of no use any more.
SELECT
    (SELECT coalesce(json_agg(json_build_object('user_id', h.user_id, 'zone', h.zone, 'weekdays', h.weekdays, 'begins', h.begins,
        'ends', h.ends, 'country', h.country, 'subdivision', h.subdivision)), '[]') FROM working_hours h) AS hours,
    (SELECT coalesce(json_agg(json_build_object('user_id', a.user_id, 'first', a.first_day, 'last', a.last_day)), '[]')
     FROM absence a WHERE a.last_day >= $1::date - 400) AS absences
