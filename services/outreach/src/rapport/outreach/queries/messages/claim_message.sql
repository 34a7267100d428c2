-- name: claim_message
-- Skips rows another worker has locked, so that no message is claimed twice; and those known to wait for their turn, so that
-- a hundred of one mailbox are not checked a hundred times each.
UPDATE message m
SET state = 'claimed', claim_id = $1, claimed_until = $2
WHERE (m.org_id, m.id) = (
    SELECT d.org_id, d.id FROM message d
    WHERE d.state = 'scheduled' AND d.next_try_at <= $3
        AND (d.blocker IS NULL OR d.blocker NOT IN ('spacing', 'sender_cap') OR NOT EXISTS (
            SELECT 1 FROM sender s WHERE s.org_id = d.org_id AND s.user_id = d.from_user_id
                AND CASE d.blocker WHEN 'spacing' THEN s.free_at ELSE s.capped_until END > $3))
    ORDER BY d.next_try_at, d.id LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING m.id, m.person_id, m.channel, m.author_id, m.from_user_id, m.from_name, m.from_address,
    m.to_name, m.to_address, m.subject, m.body, m.mail_id, m.earlier_mail_ids, m.created_at, m.send_at, m.cause, m.traceparent,
    m.application_id, m.rejection_version
