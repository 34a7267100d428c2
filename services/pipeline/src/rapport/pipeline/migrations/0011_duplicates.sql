-- Everybody is compared with those whom they may be, again whenever what they are recognised by changes; users decide.

ALTER TABLE person
    -- What they are recognised by has changed since they were compared with others.
    ADD COLUMN duplicates_due boolean NOT NULL DEFAULT true;
CREATE INDEX person_with_duplicates_due ON person (org_id, id) WHERE duplicates_due;

-- The names under which they are looked for are keys as well, which nobody has yet.
ALTER TABLE person NO FORCE ROW LEVEL SECURITY;
UPDATE person SET keys_stale = true;
ALTER TABLE person FORCE ROW LEVEL SECURITY;

DROP TRIGGER person_addresses_changed ON person;
CREATE OR REPLACE FUNCTION mark_person_keys_stale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.keys_stale := true;
    NEW.duplicates_due := true;
    RETURN NEW;
END
$$;
CREATE TRIGGER person_recognised_otherwise
    BEFORE UPDATE OF emails, phones, links, first_name, last_name, company, location, merged_into ON person FOR EACH ROW
    WHEN ((OLD.first_name, OLD.last_name, OLD.company, OLD.location, OLD.links, OLD.merged_into)
            IS DISTINCT FROM (NEW.first_name, NEW.last_name, NEW.company, NEW.location, NEW.links, NEW.merged_into)
        OR OLD.emails::text IS DISTINCT FROM NEW.emails::text OR OLD.phones::text IS DISTINCT FROM NEW.phones::text)
    EXECUTE FUNCTION mark_person_keys_stale();

CREATE FUNCTION mark_person_of_contact_point() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE person SET duplicates_due = true
    WHERE org_id = coalesce(NEW.org_id, OLD.org_id) AND id = coalesce(NEW.person_id, OLD.person_id)
        AND NOT duplicates_due;
    RETURN NULL;
END
$$;
CREATE TRIGGER contact_point_changed AFTER INSERT OR DELETE ON contact_point FOR EACH ROW
    EXECUTE FUNCTION mark_person_of_contact_point();

ALTER TABLE probable_duplicate
    ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid(),
    -- Somebody decided that they are two; the pair stays, so that it is not found again.
    ADD COLUMN kept_apart_at timestamptz,
    ADD COLUMN kept_apart_by uuid;
CREATE UNIQUE INDEX probable_duplicate_by_id ON probable_duplicate (org_id, id);
CREATE INDEX probable_duplicate_to_decide ON probable_duplicate (org_id, score DESC, id DESC) WHERE kept_apart_at IS NULL;

-- Whether two people are shown to a viewer who must be close to private ones; null for one who sees everybody.
CREATE FUNCTION are_shown(one uuid, other uuid, viewer uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT count(*) = 2 FROM person p
    WHERE p.id IN (one, other) AND p.deleted_at IS NULL AND p.merged_into IS NULL
        AND (NOT p.is_private OR viewer IS NULL OR is_close_to(viewer, p.id))
$$;
