"""A person's activity feed."""
