-- name: remove_unseen_team
-- After the collection was read whole: users who were not in it are no longer on the team. An empty response removes no one:
-- it is more likely a withdrawn permission than a company without hiring teams.
DELETE FROM job_team t
USING sync_collection c
WHERE c.connection = $1 AND c.collection = $2 AND c.records > 0
    AND t.connection IN ($1, '') AND t.collection IN ($2, '') AND t.role = ANY($3::text[]) AND t.seen_at < c.began_at
