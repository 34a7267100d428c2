"""Keeping in step with the ATS: reading everything, reading changes, taking deliveries, writing moves."""
