-- What a dry run read of addresses, numbers and profiles is kept with the row: reading them again is most of the work of
-- importing it.
ALTER TABLE import_row
    -- As the row writes them, one for each of `keys`; none of rows that were checked before this column was there.
    ADD COLUMN key_values text[] NOT NULL DEFAULT '{}';
