"""Interviews, scorecards and offers."""
