"""Greenhouse: the Harvest API, its records and its webhooks."""
