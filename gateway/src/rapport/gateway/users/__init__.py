"""Users of the organisation."""
