-- name: count_changed_cards
-- A change of what a card shows is one more version of its application; also that it is not shown any more. The version
-- itself, the moment of the next change by time and when it was last in sync change nothing; nor does what is null, which
-- a card that was rendered by an older version may lack.
UPDATE application a SET version = a.version + 1
FROM board_card b LEFT JOIN card_document d ON d.org_id = b.org_id AND d.application_id = b.application_id
WHERE a.id = ANY($1::uuid[]) AND b.org_id = a.org_id AND b.application_id = a.id
    AND jsonb_strip_nulls(to_jsonb(d)) - '{version,changes_at,synced_at}'::text[]
        IS DISTINCT FROM jsonb_strip_nulls(b.card::jsonb) - '{version,changes_at,synced_at}'::text[]
RETURNING a.id, a.person_id, b.job_id, a.version
