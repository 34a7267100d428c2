"""How a service stores its state and records its events."""
