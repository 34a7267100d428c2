"""How events travel: outbox to stream, stream to reaction."""
