"""Connections to applicant tracking systems and the protocols they speak."""
