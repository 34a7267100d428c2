"""Numbers, each with how it was counted."""
