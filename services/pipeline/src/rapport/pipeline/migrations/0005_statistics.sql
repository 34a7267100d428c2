-- A first synchronisation fills empty tables in seconds; until PostgreSQL looks at them by itself, its plans are made
-- for empty tables. The engine calls this after what it read in bulk. It belongs to the owner, since services may not
-- analyse tables.
CREATE FUNCTION refresh_statistics() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    ANALYZE user_account, job, job_stage, job_team, person, application, stage_entry, transition, told_entry,
        interview, interviewer, scorecard, board_card, publication;
END
$$;
REVOKE EXECUTE ON FUNCTION refresh_statistics FROM PUBLIC;

DO $$
BEGIN
    EXECUTE format('GRANT EXECUTE ON FUNCTION refresh_statistics TO %I', regexp_replace(current_user, '_owner$', ''));
END
$$;
