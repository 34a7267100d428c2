-- name: settle_unapplied_endings
-- Whatever they were to end, the comparison that began after them has found.
UPDATE delivery SET unapplied_ending = false WHERE connection = $1 AND unapplied_ending AND received_at < $2
