"""What waits for the viewer, and what they wait for."""
