-- name: compared_totals
-- The result of a comparison.
SELECT coalesce(sum(read), 0)::bigint AS compared, coalesce(sum(missing_there), 0)::bigint AS missing_there,
    coalesce(sum(missing_here), 0)::bigint AS missing_here, coalesce(sum(different), 0)::bigint AS different,
    coalesce(bool_or(state = 'stopped'), false) AS stopped
FROM comparison_collection WHERE connection = $1
