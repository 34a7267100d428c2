-- name: render_cards
-- Part of every transaction that touches what a card shows, so that the board is never older than the truth.
WITH rendered AS (
    SELECT d.org_id, d.application_id, d.job_id, d.stage_id, d.stage_entered_at, d.changes_at,
        row_to_json(d) AS card
    FROM card_document d WHERE d.application_id = ANY($1::uuid[])
), looked AS (
    -- What a card shows is also what attention depends on; an application that has no card any more has no flags.
    INSERT INTO attention_due (org_id, application_id, due_at)
    SELECT current_org(), id, '-infinity' FROM unnest($1::uuid[]) AS id ORDER BY id
    ON CONFLICT (org_id, application_id) DO UPDATE SET due_at = excluded.due_at
), unflagged AS (
    DELETE FROM attention_flag f
    WHERE f.application_id = ANY($1::uuid[])
        AND NOT EXISTS (SELECT 1 FROM rendered r WHERE r.application_id = f.application_id)
), gone AS (
    DELETE FROM board_card b
    WHERE b.application_id = ANY($1::uuid[])
        AND NOT EXISTS (SELECT 1 FROM rendered r WHERE r.application_id = b.application_id)
)
INSERT INTO board_card AS b (org_id, application_id, job_id, stage_id, stage_entered_at, changes_at, card)
SELECT org_id, application_id, job_id, stage_id, stage_entered_at, changes_at, card FROM rendered
ON CONFLICT (org_id, application_id) DO UPDATE
SET job_id = excluded.job_id, stage_id = excluded.stage_id, stage_entered_at = excluded.stage_entered_at,
    changes_at = excluded.changes_at, card = excluded.card
