"""Kickoff, calibration and profile reviews."""
