"""NATS and PostgreSQL as child processes of ours."""
