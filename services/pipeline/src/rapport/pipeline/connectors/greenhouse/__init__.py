"""Greenhouse: its GreenhouseApi API, its records and its webhooks."""
