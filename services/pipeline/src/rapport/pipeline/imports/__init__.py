"""Importing people from files: read, checked, tried, and carried out."""
