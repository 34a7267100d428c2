-- A person who is erased is erased here too: the profile and what was said in words go, the verdicts stay.
DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
BEGIN
    EXECUTE format('GRANT UPDATE (profile) ON item TO %I', service);
    EXECUTE format('GRANT UPDATE (note, asked) ON verdict_change TO %I', service);
END
$$;
CREATE INDEX item_by_person ON item (org_id, person_id);
