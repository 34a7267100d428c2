-- Jobs are compared with those of other departments.

-- Null for a job without one; and for rows of before, which are rebuilt.
ALTER TABLE job ADD COLUMN department_id uuid;
