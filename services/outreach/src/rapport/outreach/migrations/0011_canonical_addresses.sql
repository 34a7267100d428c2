-- Addresses are kept in their canonical form (rapport.contracts.addresses), and compared as they are.
-- also: rapport.outreach.migrations.canonical_addresses
DROP INDEX message_by_correspondents;
CREATE INDEX message_by_correspondents ON message (org_id, from_address, to_address, handed_over_at)
    WHERE handed_over_at IS NOT NULL;
