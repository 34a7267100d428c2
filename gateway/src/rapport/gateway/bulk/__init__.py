"""Actions on many people at once."""
