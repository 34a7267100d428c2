"""Who may do what in the organisation, and who changed it."""
