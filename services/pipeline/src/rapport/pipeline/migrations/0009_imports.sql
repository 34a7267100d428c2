-- Imports of people from files. What a file says is personal: its parts go when the import is done, a row's fields when
-- the row is imported, and the rest after some weeks. Rows of an erased person are found by person_id, and by their keys
-- (queries/imports/erase_import_rows.sql).

CREATE TABLE import (
    org_id text NOT NULL,
    id uuid NOT NULL,
    file_name text NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    state text NOT NULL,
    state_since timestamptz NOT NULL,
    -- What the file is: a table of text, lines of JSON, a workbook. Null until it was looked into.
    format text,
    bytes bigint NOT NULL DEFAULT 0,
    options json,
    columns json NOT NULL DEFAULT '[]',
    problem json,
    -- How many rows were checked; a dry run that was interrupted continues behind them.
    rows integer NOT NULL DEFAULT 0,
    -- How many rows lead to what, and what became of them.
    counts jsonb NOT NULL DEFAULT '{}',
    version bigint NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX import_newest_first ON import (org_id, created_at DESC, id DESC);
CREATE INDEX import_with_work ON import (org_id, state_since)
    WHERE state IN ('reading', 'checking', 'running', 'undoing');

CREATE TABLE import_chunk (
    org_id text NOT NULL,
    import_id uuid NOT NULL,
    position integer NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (org_id, import_id, position)
);

CREATE TABLE import_row (
    org_id text NOT NULL,
    import_id uuid NOT NULL,
    number integer NOT NULL,
    line integer NOT NULL,
    cells text[] NOT NULL,
    -- By which the row's person is recognised, each as <kind>:<key>.
    keys text[] NOT NULL,
    outcome text NOT NULL,
    problems json NOT NULL,
    has_problems boolean NOT NULL,
    person_id uuid,
    applied_at timestamptz,
    PRIMARY KEY (org_id, import_id, number)
);
CREATE INDEX import_row_to_apply ON import_row (org_id, import_id, number)
    WHERE applied_at IS NULL AND outcome <> 'refused';
CREATE INDEX import_row_with_problems ON import_row (org_id, import_id, number) WHERE has_problems;
CREATE INDEX import_row_by_person ON import_row (org_id, person_id) WHERE person_id IS NOT NULL;

-- The first row of a file that has a key: a later one with the same key names the same person.
CREATE TABLE import_key (
    org_id text NOT NULL,
    import_id uuid NOT NULL,
    key text NOT NULL,
    number integer NOT NULL,
    -- Of the row's person: one mailbox of two people is not one person.
    name text NOT NULL,
    PRIMARY KEY (org_id, import_id, key)
);

CREATE VIEW import_document WITH (security_invoker = true) AS
SELECT org_id, id, file_name, bytes, created_by, created_at, state, state_since, problem, options, columns,
    counts || jsonb_build_object('rows', rows) AS counts, version
FROM import;

DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
    bound text;
BEGIN
    FOREACH bound IN ARRAY ARRAY['import', 'import_chunk', 'import_row', 'import_key'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', bound);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', bound);
        EXECUTE format('CREATE POLICY by_organisation ON %I TO %I USING (org_id = current_org())', bound, service);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO %I', bound, service);
    END LOOP;
    EXECUTE format('GRANT SELECT ON import_document TO %I', service);
END
$$;
