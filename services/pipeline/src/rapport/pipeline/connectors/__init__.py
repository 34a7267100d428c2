"""Connections to applicant tracking systems: the connector protocol, and one folder per vendor."""
