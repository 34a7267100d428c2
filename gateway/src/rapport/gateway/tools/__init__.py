"""Writes documents from the code, and operations for tests; not in the image."""
