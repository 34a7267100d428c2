-- name: get_job
-- As a viewer sees it, who does not see every private person ($2).
SELECT row_to_json(d)::text FROM jobs_seen_by($2) d WHERE d.id = $1
