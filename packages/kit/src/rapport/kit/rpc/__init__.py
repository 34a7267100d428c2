"""How services are called."""
