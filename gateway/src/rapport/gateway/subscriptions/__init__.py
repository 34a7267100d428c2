"""Delivers events to the subscribers of the topics they affect."""
