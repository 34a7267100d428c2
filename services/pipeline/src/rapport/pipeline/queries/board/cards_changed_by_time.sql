-- name: cards_changed_by_time
-- Cards whose next interview began, or whose scorecards fell due, without anybody writing anything.
SELECT application_id FROM board_card WHERE changes_at <= now() ORDER BY changes_at LIMIT $1
