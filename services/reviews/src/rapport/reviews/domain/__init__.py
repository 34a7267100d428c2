"""Reviews and the decisions about them, without I/O, clock or framework."""
