-- name: settle_unapplied_endings
-- The comparison that began after them has found what they were to end.
UPDATE delivery SET unapplied_ending = false WHERE connection = $1 AND unapplied_ending AND received_at < $2
