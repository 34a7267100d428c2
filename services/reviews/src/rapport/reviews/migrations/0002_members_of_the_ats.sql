-- Of a job's hiring team, those whom the ATS has on it: only they see private people by it. Empty until the events were
-- applied again: nobody sees more meanwhile.
ALTER TABLE job_team ADD COLUMN ats_team uuid[] NOT NULL DEFAULT '{}';
