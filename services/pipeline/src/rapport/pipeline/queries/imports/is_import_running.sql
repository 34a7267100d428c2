-- name: is_import_running
-- What can wait does, as long as one needs the machine.
SELECT EXISTS (SELECT 1 FROM import WHERE state = 'running')
